"""Answers in JSON: what is a refusal, what is no list, and what is read from odd rows."""

import json
from datetime import datetime

import pytest

from notices.dates import SHANGHAI
from notices.errors import UnreadablePageError
from spiders.pages import answer, b2b_10086, freecms, ggzy, nbygcg, szggzy, weain, zcy
from spiders.pages.challenge import refusal_in
from spiders.pages.record import Record, known_label, read_record
from spiders.questions import post_json, values_in
from spiders.slices import Slice, cut

URL = "https://example.org/"
BARE = Record("1", URL, "望潮市服务器采购公告", None)


def bytes_of(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"code": 829, "message": "操作成功", "data": None}, "829"),
        ({"code": 800, "message": None, "data": {"records": []}}, "800"),
        ({"code": 200, "data": {"captchaToken": "a1", "captchaImage": "A" * 9000}}, "captchaToken"),
        ({"code": 1, "message": "您的眼睛累了，休息一下吧"}, "眼睛累了"),
        ({"success": False, "error": "访问过于频繁，请稍后再试"}, "频繁"),
        ({"code": "500", "msg": "验证码错误", "data": {"rows": None, "total": 0}}, "验证码"),
        ({"code": 401, "msg": "token 失效"}, "401"),
        ({"code": 500, "data": {"message": "请先登录"}}, "请先登录"),
        ({"verifyCode": "required", "data": None}, "verifyCode"),
    ],
)
def test_a_refusal_in_json_is_named(value: object, said: str) -> None:
    reason = refusal_in(bytes_of(value), 200)
    assert reason is not None
    assert said in reason


@pytest.mark.parametrize(
    "value",
    [
        {"success": True, "result": {"data": {"total": 0, "data": []}}, "error": None},
        {"data": {"total": 1, "data": [{"title": "短信验证码服务询价公告", "captcha": "no"}]}, "message": "频繁"},
        {
            "code": "200",
            "data": {"title": "人机验证系统采购公告", "content": "<p>滑动验证、验证码</p>", "captcha": False},
        },
        {"code": 500, "msg": "系统异常", "data": None},
        {"code": 0, "message": "success", "data": {"needCaptcha": False, "content": []}},
    ],
)
def test_data_and_plain_errors_are_no_refusals(value: object) -> None:
    assert refusal_in(bytes_of(value), 200) is None


READERS = {
    "zcy": lambda body: zcy.read_list(body, URL, "ZcyAnnouncement3001", None),
    "freecms": lambda body: freecms.read_list(body, URL),
    "ggzy": lambda body: ggzy.read_list(body, URL),
    "weain": lambda body: weain.read_list(body, URL),
    "szggzy": lambda body: szggzy.read_list(body, URL, "2850"),
    "b2b_10086": lambda body: b2b_10086.read_list(body, URL),
    "nbygcg": lambda body: nbygcg.read_list(body, URL),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body>504 Gateway Time-out</body></html>", "no JSON"),
        (b"", "no JSON"),
        (b"[1, 2]", "no JSON object"),
        (b'{"a":' * 100_000, "no JSON"),
        (bytes_of({"code": 500, "msg": "系统异常", "data": None}), "系统异常"),
        (bytes_of({"success": False, "result": None, "error": "参数错误", "code": 422}), "参数错误"),
        (bytes_of({"code": 200, "data": "x", "list": 3, "body": "x"}), "says"),
    ],
)
def test_an_answer_that_is_no_list_is_refused_in_words(name: str, body: bytes, said: str) -> None:
    with pytest.raises(UnreadablePageError, match=said):
        READERS[name](body)


ROWS = {
    "zcy": lambda rows: {"result": {"data": {"total": 3, "data": rows}}},
    "freecms": lambda rows: {"code": "200", "total": 3, "data": rows},
    "ggzy": lambda rows: {"code": 200, "data": {"records": rows, "total": 3}},
    "weain": lambda rows: {"list": {"totalNum": 3, "contentList": rows}},
    "szggzy": lambda rows: {"data": {"content": rows, "totalElements": 3}},
    "b2b_10086": lambda rows: {"code": 0, "data": {"content": rows, "totalElements": 3}},
    "nbygcg": lambda rows: {"body": {"data": rows, "total": 3}},
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "row", [{}, {"id": None, "title": "x"}, {"content": {"a": 1}}, {"publishTime": {}, "title": []}]
)
def test_rows_without_id_or_title_are_counted_and_nothing_breaks(name: str, row: dict[str, object]) -> None:
    listing = READERS[name](bytes_of(ROWS[name]([row, None, 7, "x"])))
    assert (listing.rows, listing.unread, listing.total) == ((), 1, 3)
    assert READERS[name](bytes_of(ROWS[name]([]))).rows == ()
    assert READERS[name](bytes_of(ROWS[name](None))).rows == ()


def test_the_trade_list_says_that_a_question_asks_too_much() -> None:
    assert ggzy.read_list(bytes_of({"code": 804, "message": "请缩小范围", "data": None}), URL).too_many


def test_a_trade_page_without_heading_and_body_is_no_notice() -> None:
    with pytest.raises(UnreadablePageError, match="h4_o"):
        ggzy.read_detail("<html><body><p>页面不存在</p></body></html>".encode(), BARE)
    titled = ggzy.read_detail('<html><body><h4 class="h4_o">某公告</h4></body></html>'.encode("gbk"), BARE)
    assert (titled.html, titled.note) == ("", "")


def test_times_are_read_in_every_form_and_fillers_are_none() -> None:
    moment = datetime(2026, 11, 20, 10, 15, 30, tzinfo=SHANGHAI)
    stamp = int(moment.timestamp())
    for value in (stamp, stamp * 1000, str(stamp * 1000), "2026-11-20 10:15:30", "2026-11-20T10:15:30+08:00"):
        assert answer.moment({"t": value}, "t") == moment
    for filler in ("1900-01-01 00:00:00", 0, None, "", "待定", True):
        assert answer.moment({"t": filler}, "t") is None


def test_marks_of_a_search_do_not_part_the_words_of_a_title() -> None:
    assert answer.title({"t": "智能<font color='red'>计算</font>服务器 采购"}, "t") == "智能计算服务器 采购"


def test_a_label_is_the_first_word_whose_kind_is_known() -> None:
    assert known_label("采购/资审公告", "采购公告") == "采购公告"
    assert known_label("", "更正公告") == "更正公告"
    assert known_label("电子卖场", "其他公告") == "电子卖场"
    assert read_record(BARE, "x", "其他公告").kind == "tender"


def test_a_window_is_cut_and_halved_without_losing_a_day() -> None:
    first, last = datetime(2026, 11, 1, tzinfo=SHANGHAI).date(), datetime(2026, 11, 20, tzinfo=SHANGHAI).date()
    for days in (1, 3, 7, 31):
        slices = cut("c", first, last, days)
        assert sum(piece.days for piece in slices) == 20
        for piece in slices:
            if piece.days > 1:
                older, newer = piece.halves
                assert (older.since, newer.until) == (piece.since, piece.until)
                assert older.days + newer.days == piece.days
                assert (newer.since - older.until).days == 1
    day = Slice("c", first, first)
    assert day.halves == ()
    assert [piece.facet for piece in day.by(("x", "y"))] == ["x", "y"]
    assert day.by(("x",))[0].by(("y",)) == ()


def test_the_values_of_a_question_are_found_wherever_it_holds_them() -> None:
    asked = post_json(
        f"{URL}list?site=s1", {"fields": [{"name": "kind", "value": "采购公告"}], "page": 2, "none": None}
    )
    assert {"s1", "采购公告", "2"} <= values_in(asked.url, asked.posted)
    assert values_in(URL, b"DEAL_STAGE=0201&PAGENUMBER=1") == {"0201", "1"}

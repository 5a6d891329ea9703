"""Where a stored notice of a campus or a portal is asked for again; what has no page of its own is not."""

import pytest

from notices.notice import Notice
from spiders.sources.epoint_sichuan import EpointSichuan
from spiders.sources.hrbust_gzc import HrbustGzc
from spiders.sources.sfw_sztu import SfwSztu
from spiders.sources.was5_hebei import Was5Hebei


def stored(source: str, url: str) -> Notice:
    return Notice(source, "1", url, "服务器采购公告", "tender", None, label="采购公告")


@pytest.mark.parametrize(
    ("spider", "url", "asked"),
    [
        (HrbustGzc, "https://gzc.hrbust.edu.cn/2026/1120/c1291a1/page.htm", "="),
        (HrbustGzc, "https://gzc.hrbust.edu.cn/_upload/article/files/a.pdf", ""),
        (HrbustGzc, "http://www.ccgp-beize.example/t1.htm", ""),
        (EpointSichuan, "https://ggzyjy.sc.gov.cn/jyxx/002002/1.html", "="),
        (Was5Hebei, "https://www.ccgp-hebei.gov.cn/cggg/t1_2.html", "="),
        (SfwSztu, "https://ztb.sztu.edu.cn/provider/#/publish/8a90", "https://provider.yuncaitong.cn/api/publish/8a90"),
        (SfwSztu, "https://ztb.sztu.edu.cn/sfw_cms/e?page=cms.cgtext&id=9", ""),
    ],
)
def test_a_stored_notice_is_asked_for_where_its_body_is(spider: type, url: str, asked: str) -> None:
    request = spider().ask_again(stored(spider.name, url))
    assert (request.url if request else "") == (url if asked == "=" else asked)
    assert request is None or (request.dont_filter and request.meta["url"] == url)

"""Answers in JSON by which an interface refuses, told from notices whose own words speak of captchas."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notices.run import CHALLENGE, LOGIN, REFUSED

# 800 and 829 are ggzy.gov.cn's "too frequent" and "captcha first" (2026-10); the rest are the statuses of HTTP.
_CODES = {"401", "403", "405", "418", "429", "800", "829"}
_GATE = re.compile(r"captcha|verify_?(?:code|token)|slider", re.IGNORECASE)
_SPOKEN = re.compile(
    r"^(?:msg|message|error|err_?msg|error_?(?:message|description)|info|tips?|reason|desc)$", re.IGNORECASE
)
_WORDS = re.compile(
    r"频繁|眼睛累了|休息一下|安全验证|人机验证|滑动验证|滑块|验证码|访问(?:被|已被)?(?:拒绝|禁止|阻断|拦截|限制)|无权访问|请求(?:被|已被)?(?:拦截|拒绝)|"
    r"(?:请|未|重新)(?:先)?登[录陆]|登[录陆](?:失效|超时|过期|已失效)|签名(?:错误|无效|失败)|非法请求|"
    r"captcha|verify ?code|access denied|forbidden|too many requests|unauthori[sz]ed|rate limit",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"登[录陆]|unauthori[sz]ed", re.IGNORECASE)
_CODE_CLASSES = {"401": LOGIN, "403": REFUSED, "405": REFUSED, "429": REFUSED}
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer is a refusal, in one sentence, and its class: refused, challenge, login or empty."""

    reason: str
    failure: str


# Words that turn a visitor away for good, where others ask who he is or to wait.
TURNED_AWAY = re.compile(
    r"拒绝|禁止|阻断|拦截|限制|受限|无权|非法|签名|防火墙|防护|denied|blocked|forbidden", re.IGNORECASE
)


def refusal_in_answer(text: str) -> Refusal | None:
    """Why an answer is a refusal, in one sentence; None if it is no JSON object, or holds any rows of data."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, Mapping) or _has_rows(answer, _DEPTH):
        return None
    for key, value in _fields(answer, _DEPTH):
        if _GATE.search(key) and value:
            return Refusal(f"the interface asks for a captcha ({key})", CHALLENGE)
        if _SPOKEN.match(key) and isinstance(value, str) and len(value) <= 300 and (said := _WORDS.search(value)):
            return Refusal(f"the interface refuses ({said[0]!r})", _class_of(value))
    code = next((str(answer[name]) for name in ("code", "status") if answer.get(name) is not None), "")
    if code not in _CODES:
        return None
    return Refusal(f"the interface answered with its code {code}", _CODE_CLASSES.get(code, CHALLENGE))


def _class_of(words: str) -> str:
    if _LOGIN.search(words):
        return LOGIN
    return REFUSED if TURNED_AWAY.search(words) else CHALLENGE


def _fields(answer: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in answer.items():
        yield key, value
        if isinstance(value, Mapping) and depth > 1:
            yield from _fields(value, depth - 1)


def _has_rows(answer: Mapping[str, Any], depth: int) -> bool:
    return any(
        (isinstance(value, list) and any(isinstance(row, Mapping) for row in value))
        or (isinstance(value, Mapping) and depth > 1 and _has_rows(value, depth - 1))
        for value in answer.values()
    )

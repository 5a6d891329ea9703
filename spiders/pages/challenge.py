"""Answers by which a site refuses (blocks, challenges, logins), told from notices that mention such words."""

import re

from notices.encoding import decode
from notices.run import CHALLENGE, EMPTY, LOGIN, REFUSED, SERVER_ERROR
from spiders.pages.answer_refusal import TURNED_AWAY, Refusal, refusal_in_answer

_WORDS = re.compile(
    r"频繁访问|访问(?:过于|太|的?次数过)?频繁|安全验证|人机验证|滑动验证|请(?:输入|完成|填写)[^。<]{0,8}验证|验证码|访问(?:被|已被)?(?:拒绝|禁止|阻断|拦截|限制)|"
    r"(?:您|你)的(?:请求|访问|IP)[^。<]{0,12}(?:被|异常|受限)|请求(?:被|已被)?(?:拦截|拒绝)|(?:网站|应用)防火墙|web应用防护|"
    r"captcha|access denied|request blocked|forbidden|too many requests|unusual traffic|verify you are (?:a )?human|"
    r"just a moment|attention required|checking your browser|enable javascript|cf-chl|_cf_chl|ddos protection",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:用户|统一|系统|账号|会员)登[录陆]|请(?:先)?登[录陆]|<title>[^<]*(?:登[录陆]|login|sign in)", re.IGNORECASE
)
_SCRIPTED = re.compile(
    r"document\.cookie\s*=|location\.(?:href|replace|reload)|\$_ts|__jsl_clearance|acw_sc__v2|eval\(", re.IGNORECASE
)
_STRUCTURE = re.compile(
    r"vF_detail_content|c_list_bid|ul_compa|noticeArea|ArticleTitle|vF_deail_maincontent|"
    # Campus systems and provincial portals: their lists and the places of their articles.
    r"v_news_content|_newscontent_fromname|\bdatanews\s*=|wp_article_list|wp_articlecontent|<dd[^>]*\scid=|"
    r"[\"'\s](?:newsText|ewb-trade-right|ewb-article-info|BodyLabel|inner-ul|art_con|List2)[\"'\s]|"
    r"\binfo/\d+/\d+\.htm(?:.{0,900}?\binfo/\d+/\d+\.htm){2}|/notice_[0-9a-f]{32}\.html",
    re.DOTALL,
)
_NOTICE_WORDS = re.compile(r"项目编号|采购人|招标人|采购单位|公告概要|中标|成交|预算金额|代理机构")
_TITLE = re.compile(
    r"<title>([^<]*(?:频繁访问|访问频繁|安全验证|访问验证|人机验证|身份验证|访问(?:受限|被拒绝|拒绝)|拒绝访问|"
    r"access denied|just a moment|attention required|forbidden)[^<]*)",
    re.IGNORECASE,
)
_REFUSING = frozenset({401, 403, 412, 418, 429, 503, 521})
_TAGS = re.compile(r"<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|<[^>]*>|&[a-z]+;", re.IGNORECASE | re.DOTALL)
_LONGEST_WORDS = 1500


def refusal_in(body: bytes, status: int) -> str | None:
    """Why an answer is a refusal and no page, in one sentence; None if it is a page (or an ordinary 404)."""
    found = find_refusal(body, status)
    return found.reason if found else None


def find_refusal(body: bytes, status: int) -> Refusal | None:
    """The refusal that an answer is; None if it is a page (or an ordinary 404).

    A refusal has one of the statuses of _REFUSING, or no bytes, or is short, says so, and has nothing of a notice
    or of a list in it: a notice that mentions a 验证码 system is a notice.
    """
    if status in _REFUSING:
        return Refusal(f"the site answered {status}", SERVER_ERROR if status >= 500 else REFUSED)
    if status != 404 and not body.strip():
        return Refusal(f"the site answered {status} with an empty body", EMPTY)
    if status >= 400:
        return None
    page = decode(body)
    if page.lstrip().startswith("{"):
        return refusal_in_answer(page)
    if _STRUCTURE.search(page):
        return None
    titled = _TITLE.search(page)
    if titled and not re.search(r"公告|公示|项目|招标", titled[1]):
        return _challenge(titled[1].strip())
    words = " ".join(_TAGS.sub(" ", page).split())
    # A block page may keep the site's menu (中标公告 …): one such word makes no notice of it.
    if len(set(_NOTICE_WORDS.findall(words))) > 1 or len(words) > _LONGEST_WORDS:
        return None
    said = _WORDS.search(words) or _WORDS.search(page[:3000])
    if said:
        return _challenge(said[0])
    if _LOGIN.search(page) and re.search(r"type\s*=\s*[\"']?password", page, re.IGNORECASE):
        return Refusal("the site answered with a login page", LOGIN)
    if len(words) < 60 and _SCRIPTED.search(page):
        return Refusal("the site answered with a script that must run first, and no page", CHALLENGE)
    return None


def _challenge(said: str) -> Refusal:
    failure = REFUSED if TURNED_AWAY.search(said) else CHALLENGE
    return Refusal(f"the site answered with a challenge or block page ({said!r})", failure)

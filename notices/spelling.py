"""One spelling for the many ways in which notices write a character: character by character, lengths stay."""

from collections.abc import Mapping
from functools import cache

# Each pair is traditional, simplified; the characters that product names and their context words need.
_TRADITIONAL = (
    "偉伟達达輝辉採采購购標标約约書书請请訊讯電电腦脑顯显儲储雲云務务器器顆颗張张塊块臺台檯台萬万億亿兩两貳贰參参陸陆"
    "處处預预統统計计設设備备區区園园樓楼號号號号號号單单雙双價价額额總总數数據据庫库軟软體体韌韧驅驱動动"
    "許许可可證证權权與与及及於于從从為为爲为無无們们個个這这裡里裏里後后開开關关門门間间閃闪陣阵網网絡络線线纜缆連连"
    "運运遠远遷迁選选適适調调試试驗验認认識识語语詞词訓训練练習习學学術术機机構构樣样檔档級级組组結结給给續续維维護护"
    "償偿優优劣劣於于質质產产業业類类別别歷历屆届層层屬属圖图場场壓压壞坏執执報报導导對对將将專专尋寻師师帶带幣币幹干"
    "應应態态愛爱戶户擇择擔担擬拟擴扩攜携敗败斷断時时晶晶暫暂會会東东條条極极榮荣檢检歐欧歸归殘残毀毁氣气決决沒没況况"
    "涼凉淨净測测準准溫温滿满潛潜澤泽灣湾爐炉獨独獲获現现瑪玛環环畫画異异當当畢毕監监盤盘眾众碼码確确禮礼種种稱称穩稳"
    "窮穷競竞筆笔節节範范籌筹簡简簽签糧粮紀纪純纯紙纸絕绝編编緊紧緩缓縮缩繞绕繪绘繳缴繼继罰罚聖圣聯联職职聲声聽听膠胶"
    "臨临舊旧艙舱蓋盖藝艺藥药蘇苏虛虚衛卫裝装製制複复覽览觀观規规視视親亲訂订討讨記记訪访評评詢询詳详誌志課课論论諮谘"
    "謝谢講讲議议讓让責责貝贝負负財财貢贡貨货販贩貴贵買买貸贷費费貼贴資资賣卖賬账購购贈赠趕赶跡迹車车軌轨軍军輕轻載载"
    "輛辆輪轮輸输轉转辦办農农迴回逾逾進进過过違违遞递遲迟遺遗還还邊边郵邮鄰邻醫医釋释針针鋁铝鋰锂鋼钢錄录錢钱錯错鍵键"
    "鎖锁鏡镜鐘钟鐵铁鑒鉴長长閱阅闆板隊队階阶際际險险隨随離离難难電电靜静響响頁页項项順顺須须領领頭头頻频題题額额願愿"
    "顧顾風风飛飞飽饱餘余館馆驟骤體体魯鲁點点龍龙龐庞託托拋抛掛挂捨舍掃扫換换擠挤攝摄敵敌斬斩溝沟滅灭滾滚煙烟熱热燈灯"
    "營营爾尔牆墙狀状獎奖瓊琼畝亩療疗盡尽碩硕礎础禦御穀谷競竞範范築筑篩筛約约紅红級级細细終终組组經经緯纬縣县縱纵織织"
    "繁繁繫系聰聪肅肃腳脚臉脸興兴舉举艦舰華华葉叶蒐搜蕩荡蟲虫術术裡里諸诸謀谋謂谓識识譯译讀读變变貿贸賠赔賴赖質质踐践"
    "軸轴較较輯辑辭辞遊游鄉乡釐厘鈔钞銀银銘铭銜衔銳锐鋒锋錦锦鎮镇鏈链閉闭閣阁陳陈隱隐雜杂頂顶預预頒颁頗颇額额"
    "馬马騰腾駐驻駕驾驕骄鮮鲜鴻鸿齊齐齒齿歲岁曆历潤润濟济瀏浏無无煉炼猶犹甦苏畫画癌癌盜盗碟碟祿禄積积稅税窩窝紋纹紡纺"
)
# Look-alikes and signs that stand for an ASCII one in notices.
_SIGNS = {
    "×": "*", "✕": "*", "✖": "*", "╳": "*", "∗": "*", "·": "·", "•": "·", "・": "·", "‧": "·",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "－": "-", "﹣": "-", "ー": "-",
    "≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤", "“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"',
    "『": '"', "』": '"', "【": "[", "】": "]", "〔": "(", "〕": ")", "︰": ":", "、": "、", "〇": "零",
    "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P", "С": "C", "Т": "T", "Х": "X",
    "Α": "A", "Β": "B", "Ε": "E", "Η": "H", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P", "Τ": "T", "Χ": "X",
}  # fmt: skip
_SPACES = "\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2007\u200b\u200c\u200d\u202f\u2060\u3000\ufeff\u00ad"


@cache
def spellings() -> Mapping[int, int]:
    """Each character below U+10000 that has a plainer spelling, with that: capital, half width, simplified, ASCII."""
    plain = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}
    plain |= {ord(old): ord(new) for old, new in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
    plain |= {ord(space): ord(" ") for space in [*_SPACES, *map(chr, range(0x2000, 0x200B))]}
    for wide in range(0xFF01, 0xFF5F):
        half = wide - 0xFEE0
        plain[wide] = plain.get(half, half)
    for sign, simple in _SIGNS.items():
        plain[ord(sign)] = ord(simple)
        if sign.isalpha() and sign.lower() != sign:
            plain[ord(sign.lower())] = ord(simple)
    return plain

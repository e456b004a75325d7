"""Names of people who do not exist: a surname and two syllables, with the pinyin beside."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from paizhu.kernel.text import Text

SURNAMES = (
    "沈 Shen", "顾 Gu", "陆 Lu", "严 Yan", "苏 Su", "程 Cheng", "韩 Han", "傅 Fu", "卢 Lu", "蒋 Jiang",
    "蔡 Cai", "贾 Jia", "丁 Ding", "魏 Wei", "薛 Xue", "叶 Ye", "阎 Yan", "余 Yu", "潘 Pan", "杜 Du",
    "戴 Dai", "夏 Xia", "钟 Zhong", "汪 Wang", "田 Tian", "任 Ren", "姜 Jiang", "范 Fan", "方 Fang",
    "石 Shi", "姚 Yao", "谭 Tan", "廖 Liao", "邹 Zou", "熊 Xiong", "金 Jin", "郝 Hao", "孔 Kong",
    "白 Bai", "崔 Cui", "康 Kang", "毕 Bi", "邱 Qiu", "秦 Qin", "江 Jiang", "史 Shi", "侯 Hou",
    "邵 Shao", "孟 Meng", "龙 Long", "万 Wan", "段 Duan", "雷 Lei", "钱 Qian", "汤 Tang", "尹 Yin",
    "黎 Li", "易 Yi", "常 Chang", "武 Wu", "乔 Qiao", "贺 He", "赖 Lai", "龚 Gong", "文 Wen",
)  # fmt: skip
FIRST = (
    "云 yun", "思 si", "若 ruo", "书 shu", "远 yuan", "景 jing", "嘉 jia", "亦 yi", "知 zhi", "清 qing",
    "明 ming", "怀 huai", "承 cheng", "以 yi", "允 yun", "予 yu", "希 xi", "砚 yan", "牧 mu", "时 shi",
    "南 nan", "北 bei", "正 zheng", "守 shou", "静 jing", "泽 ze", "和 he", "维 wei", "本 ben", "叔 shu",
)  # fmt: skip
SECOND = (
    "衡 heng", "澄 cheng", "舟 zhou", "禾 he", "屿 yu", "翎 ling", "榆 yu", "崧 song", "昀 yun", "岑 cen",
    "砺 li", "棠 tang", "筠 yun", "桥 qiao", "珩 heng", "苒 ran", "穗 sui", "埕 cheng", "岚 lan", "谷 gu",
    "沐 mu", "简 jian", "循 xun", "篱 li", "樵 qiao", "徐 xu", "溪 xi", "洲 zhou", "堂 tang", "庐 lu",
)  # fmt: skip


def names(dice: Random) -> Iterator[Text]:
    """Give one name after another, never the same twice: a name recuses all who bear it."""
    seen: set[str] = set()
    while True:
        surname, first, second = (dice.choice(part).split() for part in (SURNAMES, FIRST, SECOND))
        zh = surname[0] + first[0] + second[0]
        if zh not in seen:
            seen.add(zh)
            yield Text(zh, f"{surname[1]} {first[1].capitalize()}{second[1]}")

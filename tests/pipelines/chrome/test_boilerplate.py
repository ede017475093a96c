"""Promotion, toolbars and lists of other articles are excluded; sentences that resemble them are kept everywhere."""

import time

import pytest

from kepu.records import Article, Page
from pipelines.chrome import extract, fallback_lines
from pipelines.chrome.body.promotion import promotion_rule, tools_in
from pipelines.refusals import Refused

URL = "http://kpzg.people.com.cn/n1/2024/0805/c404214-40210001.html"
TEXT = (
    "渔灯的颜色会改变虾群的深浅，渔民早就知道，却说不出为什么。",
    "测量船在湾口停了六夜，每夜换一种灯，把网放到同样的深度。",
    "蓝灯下面的虾最浅，红灯几乎没有作用，仿佛海里没有那盏灯。",
)
CONTENT = (
    "扫描电镜要先给样品镀一层金，镀得太厚就看不清绒毛了。",
    "扫描二维码时，手机先数三个角上的方块。",
    "扫码的人越多，假货越难藏身。",
    "扫描二维码查看说明的观众比读文字的多一倍。",
    "长按电源键十秒，主板才会断电。",
    "长按穴位真的能止疼吗？",
    "下载一部电影要多少度电？",
    "下载地震预警客户端，打开定位，再把音量调到最大。",
    "点击化学把分子像安全带一样扣在一起。",
    "点击屏幕上的红点，猴子就能喝到果汁。",
    "返回舱穿过黑障的那几分钟，地面什么也听不见。",
    "返回地面后，种子被分成了三份。",
    "分享食物的吸血蝠，第二天也会分到食物。",
    "关注鸟巢的人发现，亲鸟每次从不同的方向飞来。",
    "订阅报纸的人越来越少，旧报纸却成了气候学家的宝贝。",
    "更多的问题还没有答案，望远镜明年才升空。",
    "声明：这位化学家在遗嘱里写道，配方归全人类所有，谁都可以用。",
    "广告牌为什么总是朝着一个方向弯？",
    "扫码点餐让服务员少走了一半的路",
    "关注“科普中国”的读者写信来问：雾有没有重量？",
    "点击观看次数最多的视频只有九秒",
    "阅读原文的孩子比看译本的多记住三成",
    "返回首页按钮的设计来自一位盲人",
    "搜索引擎怎样给网页排队",
    "关注微信公众号里的谣言，先看它的出处。",
    "更多数据请见附表",
    "收藏家把蝴蝶放在暗处",
    "未经许可使用别人的照片，就是侵犯版权。",
    "转发一条消息只要一秒，核实它要半天。",
    "评论区里的争吵也能用来研究方言",
    "点赞的海豚更容易得到鱼。",
    "版权归谁所有，机器不会回答。",
    "在看台上量一量噪声，最响的地方不在喇叭底下。",
    "读者来信说，文末的数字和自己量的不一样。",
)
PROMOTION = (
    "扫描二维码，关注科普中国公众号",
    "长按识别二维码，下载人民日报客户端",
    "扫码下载人民日报客户端，阅读更多精彩内容",
    "（更多精彩内容请关注“科普中国”微信公众号）",
    "更多精彩内容，请下载科普中国客户端。",
    "微信扫一扫，分享给朋友",
    "欢迎关注科普中国微信公众号",
    "返回人民网科普频道",
    "点击进入“科学为你解疑释惑”专栏",
    "分享让更多人看到",
    "小字号　大字号　打印",
    "点赞、收藏、转发",
    "字号 大 中 小 打印 收藏",
    "点赞 收藏 转发 评论",
    "点击下方蓝字，关注我们",
    "看完觉得不错，记得点个“在看”，转给身边的朋友哦！",
    "欢迎大家在评论区留言，说说自己的经历～",
    "喜欢这篇文章，就点个赞再走吧",
    "图片来源于网络，如有侵权请联系我们删除",
    "【声明】本文仅代表作者个人观点，不代表本网立场。内容仅供参考，请读者自行核实。",
    "未经书面许可，不得转载、摘编。",
    "—— END ——",
    "商务合作请联系：hezuo@example.org",
    "把这篇文章转给还在喝生水的家人吧",
    "长按识别上方小程序码，进群和渔民一起聊",
    "↓↓↓戳“阅读原文”，报名参加周末的观鸟活动",
    "更多海洋新知，抖音、视频号搜索“渔灯实验室”，我们在这里等你",
    "本作品为“科普中国”原创，转载时务请注明出处",
    "封面图片来自版权图库，转载使用可能引发版权纠纷",
    "投稿邮箱：yudeng@example.org，来稿一经采用，稿酬从优",
    "【我要纠错】【字体：大 中 小】【打印】【关闭】",
    "分享到：微信好友　朋友圈　新浪微博　复制链接",
    "阅读 2.1万　赞 305　在看 12　写留言",
    "往期回顾（点击标题即可阅读）",
    "关注“科普中国”，获取更多科普知识",
    "下载“人民网+”客户端，看更多精彩",
    "更多资讯，请登录人民网科普频道http://kpzg.people.com.cn",
    "点击图片可查看大图",
    "阅读原文",
)
SUBHEADS = ("广告", "打印", "收藏", "留言", "相关链接", "推荐阅读", "分享", "首页")


def told(*paragraphs: str, title: str = "渔灯的颜色", head: str | None = None) -> Article:
    time = "2024年08月05日06:58 | 来源：新华社" if head is None else head
    body = "".join(each if each.startswith("<") else f"<p>　　{each}</p>" for each in paragraphs)
    page = (
        f"<html><head><meta charset=utf-8><title>{title}--科普中国--人民网</title></head><body><h1>{title}</h1>"
        f"<div class='channel'><div class='col-1-1'>{time}</div></div><div class='rm_txt_con'>{body}"
        f"<div class='edit'>(责编：林禾)</div></div></body></html>"
    )
    return extract(
        Page(body=page.encode(), url=URL, url_requested=URL, content_type="text/html; charset=utf-8")
    )


def lines(article: Article) -> list[str]:
    return article.text.split("\n")


@pytest.mark.parametrize("sentence", CONTENT)
def test_a_sentence_of_the_text_is_kept_in_any_place(sentence: str) -> None:
    assert promotion_rule(sentence) is None
    for at in range(len(TEXT) + 1):
        wanted = [*TEXT[:at], sentence, *TEXT[at:]]
        assert lines(told(*wanted)) == wanted
    assert lines(told(sentence)) == [sentence]


@pytest.mark.parametrize("line", PROMOTION)
def test_promotion_before_and_after_the_text_is_excluded(line: str) -> None:
    assert lines(told(*TEXT, line)) == [*TEXT]
    assert lines(told(line, *TEXT)) == [*TEXT]
    assert lines(told(*TEXT, f"<p><a href='http://app.people.cn/'>{line}</a></p>")) == [*TEXT]


def test_lines_similar_to_toolbars_are_read_quickly() -> None:
    start = time.process_time()
    assert tools_in("字号大|" * 15 + "。") == 0
    assert not fallback_lines.TOOLS.fullmatch("评论" * 25 + "嗯")
    assert time.process_time() - start < 2  # trying every way to split them took more than 8 s


@pytest.mark.parametrize("word", SUBHEADS)
def test_a_subhead_of_one_word_is_kept(word: str) -> None:
    wanted = [TEXT[0], word, *TEXT[1:]]
    assert lines(told(TEXT[0], f"<p><strong>{word}</strong></p>", *TEXT[1:])) == wanted
    assert lines(told(TEXT[0], f"<p>{word}</p>", *TEXT[1:])) == wanted


def link(text: str, href: str) -> str:
    return f"<p><a href='{href}'>{text}</a></p>"


def test_links_to_other_articles_are_excluded_and_references_kept() -> None:
    others = [link(f"另一篇{n}", f"/n1/2024/0804/c404214-4020000{n}.html") for n in range(3)]
    assert lines(told(*TEXT, *others)) == [*TEXT]
    assert lines(told(*TEXT, "相关阅读：", others[0])) == [*TEXT]
    references = [link(f"[{n}] 程远. 渔灯与虾群. 海洋通报.", f"https://doi.org/10.1/{n}") for n in (1, 2)]
    assert lines(told(*TEXT, "参考文献", *references))[3:] == [
        "参考文献", *(f"[{n}] 程远. 渔灯与虾群. 海洋通报." for n in (1, 2)),
    ]  # fmt: skip
    last = "数据来源：湾口观测站公开的灯色记录"
    assert lines(told(*TEXT, link(last, "https://data.example.org/lamps"))) == [*TEXT, last]


@pytest.mark.parametrize(
    "title",
    [
        "基因复制出错啦，怎么办？",
        "404号卫星回家了",
        "验证码为什么越来越难认",
        "安全检查：发射前的十分钟",
        "网页找不到了？聊聊链接腐烂",
    ],
)
def test_words_in_a_headline_do_not_refuse_an_article(title: str) -> None:
    assert told(*TEXT, title=title).headline == title
    assert told("今天只有这一句话。", title=title).headline == title


def test_a_short_text_that_says_sorry_is_an_article() -> None:
    poem = ("对不起，渔灯，", "我又把你忘在了船头，", "抱歉，你亮了一夜。")
    assert lines(told(*poem, title="给渔灯")) == [*poem]


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("文章已删除", "该文章已删除。", "missing_page"),
        ("出错啦", "您访问的页面不存在，请返回首页。", "missing_page"),
        ("安全检查", "请完成下面的验证，以继续访问。", "blocked"),
        (
            "请求未能完成",
            "您的访问被拦截，可能因为短时间内打开了太多网页。拦截时间：2024-05-12 10:20:31　请求编号：7f3a90c2。"
            "如果您认为这是误判，请把上面的编号告诉管理员，并说明您在做什么，我们会在两个工作日内答复。",
            "blocked",
        ),
    ],
)
def test_error_pages_are_refused(title: str, text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        told(f"<p>{text}</p><!--", title=title, head="")
    assert refusal.value.code == code


def test_a_template_without_an_article_is_refused() -> None:
    with pytest.raises(Refused, match="a template without an article"):
        told(title="", head='<meta name="pagetype" content="1">')

"""Texts of the pages in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.pages.i18n_facts import FACT_TEXTS
from api.pages.i18n_queue import QUEUE_TEXTS
from kms.types import Language

TEXTS: dict[str, tuple[str, str]] = {
    # frame
    "product_name": ("KMS", "KMS"),
    "tagline": ("Search that shows its reasons", "看得见理由的搜索"),
    "navigation": ("Main", "主导航"),
    "nav_search": ("Search", "搜索"),
    "nav_recommendations": ("For you", "推荐"),
    "nav_graph": ("Graph", "图谱"),
    "nav_api": ("API", "接口"),
    "doors_open": (
        "Open on this machine: no keys, no sign-in. Other machines are not answered.",
        "仅在本机开放：无需密钥和登录，其他机器无法访问。",
    ),
    "sign_in": ("Sign in", "登录"),
    "sign_in_title": ("Sign in to KMS", "登录 KMS"),
    "sign_in_name": ("Name", "用户名"),
    "sign_in_password": ("Password", "密码"),
    "sign_in_wrong": (
        "Name or password is wrong, or there were too many attempts. Wait a little and try again.",
        "用户名或密码错误，或尝试次数过多。请稍候再试。",
    ),
    "sign_in_wait": (
        "Too many attempts from this address. Wait a minute and try again.",
        "此地址的尝试次数过多，请一分钟后再试。",
    ),
    "sign_in_stale": ("This form was too old. Please try again.", "表单已过期，请重试。"),
    "sign_in_away": ("Nobody can sign in right now. Try again in a moment.", "暂时无法登录，请稍后再试。"),
    "not_allowed_title": ("Not for your role", "您的角色无此权限"),
    "not_allowed_text": ("Only admins record events for shoppers.", "只有管理员可以替顾客记录行为。"),
    "sign_out": ("Sign out {user}", "退出 {user}"),
    "skip": ("Skip to content", "跳到正文"),
    "status_index": ("Index version {version}", "索引版本 {version}"),
    "status_none": ("No index yet", "尚无索引"),
    "status_products": ("{n} products", "{n} 件商品"),
    "status_reviews": ("{n} reviews", "{n} 条评价"),
    "status_nodes": ("{n} entities", "{n} 个实体"),
    "status_edges": ("{n} facts", "{n} 条事实"),
    "status_ok": ("All parts answer", "各部分运行正常"),
    "status_degraded": ("Running without: {parts}", "暂不可用：{parts}"),
    "degraded": (
        "Some parts do not answer right now ({parts}). Results are shown without them.",
        "部分组件暂时没有响应（{parts}），以下结果未包含它们。",
    ),
    "part_vectors": ("meaning search", "语义搜索"),
    "part_graph": ("graph", "图谱"),
    "part_catalog": ("catalogue", "商品库"),
    "part_evidence": ("evidence", "证据"),
    "part_journal": ("shoppers' history", "顾客记录"),
    "part_index": ("index", "索引"),
    "part_database": ("database", "数据库"),
    # search
    "search_hint": ("Search products, in English or Chinese", "搜索商品，中英文均可"),
    "search_go": ("Search", "搜索"),
    "hero": ("Find it, and see why.", "找到它，也知道为什么。"),
    "hero_text": (
        "Ask in your own words, with limits and exclusions. Every result says which facts put it there, "
        "and where they were read.",
        "用自己的话提问，可以带条件和排除项。每个结果都会说明凭哪些事实入选，以及事实出自哪里。",
    ),
    "try": ("Try", "试试"),
    "trending": ("In demand now", "当前热门"),
    "selection": ("From the range", "商品精选"),
    "families": ("Browse", "浏览"),
    "nav_categories": ("Browse", "浏览"),
    "categories": ("Categories", "全部分类"),
    "all_categories": ("All categories", "查看全部分类"),
    "breadcrumb": ("Where you are", "当前位置"),
    "no_categories": ("No categories yet", "暂无分类"),
    "no_categories_text": (
        "The products that are loaded name no categories. Search finds them all the same.",
        "已载入的商品没有分类信息，您仍可以搜索到它们。",
    ),
    "category_unknown_title": ("There is no such category", "没有这个分类"),
    "category_unknown_text": (
        "No product stands in it, or its name has changed.",
        "该分类下没有商品，或名称已更改。",
    ),
    "results_one": ("1 product", "1 件商品"),
    "results": ("{n} products", "{n} 件商品"),
    "results_title": ("Results", "搜索结果"),
    "understood": ("Understood as", "理解为"),
    "showing_for": ("Showing results for", "已显示以下内容的结果："),
    "instead_of": ("instead of “{written}”", "原输入“{written}”"),
    "without": ("without {label}", "不含{label}"),
    "search_without": ("Search without “{part}”", "去掉“{part}”再搜索"),
    "relaxed": (
        "No product has everything that you asked for. These do without: {parts}.",
        "没有商品满足全部条件。以下结果未考虑：{parts}。",
    ),
    "not_understood": (
        "Not understood, and not taken into account: {parts}.",
        "以下内容未能理解，未予考虑：{parts}。",
    ),
    "value_of_none": (
        "No product here has the filter “{value}”.",
        "本店没有符合筛选“{value}”的商品。",
    ),
    "value_of_none_nearest": (
        "No product here has the filter “{value}”. Did you mean “{nearest}”?",
        "本店没有符合筛选“{value}”的商品。您是否想选“{nearest}”？",
    ),
    "any_of": ("any of: {options}", "任一：{options}"),
    "free_of": ("free of {label}", "不含{label}"),
    "nothing_fits": ("Nothing fits “{query}”", "没有符合“{query}”的商品"),
    "alternatives": ("The nearest products, without: {parts}", "相近商品（未满足：{parts}）"),
    "nearest": ("The nearest products", "相近商品"),
    "by_meaning": (
        "No product has all of these words. These come nearest to what you mean.",
        "没有商品包含全部词语。以下是含义最接近的商品。",
    ),
    "related": ("Related products", "相关商品"),
    "related_text": ("They do not have everything that you asked for.", "以下商品不满足全部条件。"),
    "filters": ("Filters", "筛选"),
    "clear_filters": ("Clear all", "全部清除"),
    "show_results": ("Show results", "查看结果"),
    "close": ("Close", "关闭"),
    "price": ("Price", "价格"),
    "price_from": ("From", "最低"),
    "price_to": ("To", "最高"),
    "apply": ("Apply", "应用"),
    "sort": ("Sort", "排序"),
    "sort_relevance": ("Best match", "相关度"),
    "sort_price_asc": ("Lowest price", "价格从低到高"),
    "sort_price_desc": ("Highest price", "价格从高到低"),
    "sort_rating": ("Best rated", "评分最高"),
    "sort_popularity": ("Most popular", "最热门"),
    "sort_newest": ("Newest", "最新上架"),
    "facet_availability": ("Availability", "库存状态"),
    "facet_on_sale": ("Sale", "促销"),
    "facet_condition": ("Condition", "成色"),
    "facet_category": ("Category", "类别"),
    "facet_kind": ("Kind", "种类"),
    "facet_brand": ("Brand", "品牌"),
    "facet_use": ("Suited for", "适合用途"),
    "facet_audience": ("For whom", "适用人群"),
    "facet_language": ("Language", "语言"),
    "more": ("More", "更多"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "empty_title": ("Nothing found", "没有找到商品"),
    "empty_text": (
        "No product fits all of this. Take a filter away, or say it in fewer words.",
        "没有商品同时满足这些条件。可以去掉一个筛选，或换个更简短的说法。",
    ),
    "empty_text_query": (
        "Try other or fewer words, or look through the categories.",
        "请换个说法或减少关键词，也可以浏览分类。",
    ),
    "previous": ("Previous", "上一页"),
    "next": ("Next", "下一页"),
    "page_of": ("Page {page} of {pages}", "第 {page} / {pages} 页"),
    "bad_filter": (
        "This link has a filter that this shop does not know. Search again without it.",
        "此链接包含本店没有的筛选条件，请去掉后重新搜索。",
    ),
    "bad_input": (
        "This search cannot be answered as it was asked. Change the words or the filters and try again.",
        "无法按此条件搜索，请修改关键词或筛选条件后重试。",
    ),
    "kind_word": ("word", "词"),
    "kind_brand": ("brand", "品牌"),
    "kind_class": ("category", "类别"),
    "kind_value": ("property", "属性"),
    "kind_product": ("product", "商品"),
    "leaning_more": ("high", "高"),
    "leaning_less": ("low", "低"),
    "kind_quantity": ("quantity", "数值"),
    # reasons
    "why": ("Why", "理由"),
    "why_this": ("Why this result", "为何入选"),
    "why_for_you": ("Why for you", "为何推荐"),
    "path": ("Path", "路径"),
    "evidence": ("Evidence", "证据"),
    "source_text": ("Words", "词语"),
    "source_vector": ("Meaning", "语义"),
    "source_graph": ("Facts", "事实"),
    "source_behaviour": ("Behaviour", "行为"),
    "source_popularity": ("Demand", "热度"),
    "share_of_score": ("{share} of the score", "占得分的 {share}"),
    "remainder": ("Other small parts", "其他较小部分"),
    # product
    "by_brand": ("by {brand}", "品牌 {brand}"),
    "no_rating": ("No ratings yet", "暂无评分"),
    "ratings_one": ("1 rating", "1 个评分"),
    "ratings": ("{n} ratings", "{n} 个评分"),
    "no_price": ("Price on request", "价格待询"),
    "usual_price": ("Usual price", "原价"),
    "availability": ("Availability", "库存状态"),
    "in_stock": ("In stock", "有货"),
    "out_of_stock": ("Out of stock", "缺货"),
    "preorder": ("Preorder", "预售"),
    "backorder": ("On back order", "可订购，暂无现货"),
    "discontinued": ("Discontinued", "已停产"),
    "variant": ("Variant", "款式"),
    "variants_one": ("1 variant", "1 个款式"),
    "variants": ("{n} variants", "{n} 个款式"),
    "offers_one": ("1 offer", "1 个报价"),
    "offers": ("{n} offers", "{n} 个报价"),
    "offer_source": ("Source", "来源"),
    "offer_title": ("As", "名称"),
    "sku": ("SKU", "货号"),
    "gtin": ("GTIN", "条码"),
    "mpn": ("Maker's number", "厂商编号"),
    "sold_by": ("Sold by {seller}", "卖家 {seller}"),
    "shop_page": ("To the shop's page", "前往商品页面"),
    "description": ("Description", "商品描述"),
    "shop_table": ("Shop's table", "商品参数表"),
    "shop_states": ("Shop's own statements", "商家声明"),
    "reviews": ("Reviews", "评价"),
    "reviews_more": ("{n} more reviews are not shown", "另有 {n} 条评价未显示"),
    "facts": ("What is known", "已知事实"),
    "facts_hint": (
        "Choose a fact to see where it was read.",
        "点选一条事实，查看它出自何处。",
    ),
    "more_values": ("{n} more", "还有 {n} 项"),
    "facts_none": ("Nothing has been read about this product yet.", "尚未读取到关于此商品的事实。"),
    "facts_away": (
        "Facts cannot be shown right now, because the graph does not answer.",
        "图谱暂时没有响应，无法显示事实。",
    ),
    "group_kind": ("What it is", "商品类型"),
    "group_attributes": ("Attributes", "属性"),
    "group_suited": ("Suited for", "适合"),
    "group_related": ("Other products", "相关商品"),
    "confidence": ("Confidence", "置信度"),
    "sources_one": ("1 source", "1 处来源"),
    "sources": ("{n} sources", "{n} 处来源"),
    "conflict": ("Sources disagree", "来源不一致"),
    "conflict_preferred": ("Sources disagree; this reading is used", "来源不一致，采用此值"),
    "conflict_other": ("Sources disagree; another reading is used", "来源不一致，未采用此值"),
    "denied_by": ("{n} deny it", "{n} 处否认"),
    "read_shop": ("shop", "商家"),
    "read_table": ("table", "参数表"),
    "read_rules": ("vocabulary", "词表"),
    "read_model": ("model", "模型"),
    "read_person": ("a person", "人工"),
    "aspects": ("What reviewers say", "评价要点"),
    "positive": ("positive", "好评"),
    "negative": ("negative", "差评"),
    "neutral": ("neutral", "中评"),
    "similar": ("Similar products", "相似商品"),
    "complements": ("Goes well with it", "搭配商品"),
    "in_graph": ("Show in the graph", "在图谱中查看"),
    "unknown_title": ("This product is not here", "找不到该商品"),
    "unknown_text": (
        "No product has the number “{id}”. It may have been taken out of the catalogue.",
        "没有编号为“{id}”的商品，它可能已下架。",
    ),
    "page_unknown_title": ("There is no such page", "页面不存在"),
    "page_unknown_text": ("The address may be mistyped.", "地址可能有误。"),
    "back_to_search": ("Back to search", "返回搜索"),
    "away_title": ("Not available right now", "暂时无法使用"),
    "away_text": (
        "A part of the shop that this page needs does not answer. Please try again in a moment.",
        "此页面所需的服务暂时没有响应，请稍后再试。",
    ),
    "failed_title": ("This page could not be made", "页面生成失败"),
    "failed_text": (
        "Something went wrong on our side. It has been noted; please try again.",
        "我们这边出了点问题，已经记录，请稍后再试。",
    ),
    "implied_by": ("follows from {what}", "由{what}得出"),
    # recommendations
    "rec_title": ("Recommendations", "推荐"),
    "rec_text": (
        "Choose a shopper, and see what they did, what follows from it, and for which reasons.",
        "选择一位顾客，查看其浏览与购买记录、由此得出的推荐，以及推荐的理由。",
    ),
    "shopper": ("Shopper", "顾客"),
    "new_shopper": ("New shopper", "新顾客"),
    "shopper_events": ("{n} events", "{n} 条行为"),
    "shopper_one_event": ("1 event", "1 条行为"),
    "history": ("History", "历史记录"),
    "history_empty": (
        "Nothing yet. Record a view on any product, and the recommendations follow.",
        "暂无记录。给任一商品记一次浏览，推荐就会随之变化。",
    ),
    "for_shopper": ("Recommended", "为您推荐"),
    "for_cold": ("A first selection, until we know more", "了解您之前，先看看这些商品"),
    "do_view": ("View", "浏览"),
    "do_cart": ("Add to cart", "加入购物车"),
    "do_purchase": ("Buy", "购买"),
    "recorded": ("Recorded: {type}, {title}", "已记录：{type}，{title}"),
    "event_view": ("viewed", "浏览"),
    "event_click": ("clicked", "点击"),
    "event_cart": ("put in cart", "加购"),
    "event_purchase": ("bought", "购买"),
    "event_rating": ("rated", "评分"),
    "event_search": ("searched", "搜索"),
    # graph
    "graph_title": ("Graph explorer", "图谱浏览"),
    "graph_text": (
        "Find an entity and walk from it. Choose a node to unfold it, a line to see its evidence.",
        "找到一个实体，从它出发。点节点展开，点连线看证据。",
    ),
    "graph_search": ("Find a brand, category, property or product", "查找品牌、类别、属性或商品"),
    "graph_from": ("From", "起点"),
    "graph_to": ("To", "终点"),
    "graph_path": ("Find path", "查找路径"),
    "graph_no_path": ("These two are not connected within four steps.", "两者在四步之内没有联系。"),
    "graph_path_found": ("Connected in {n} steps", "{n} 步相连"),
    "graph_path_found_one": ("Connected directly", "直接相连"),
    "graph_cut": (
        "Only the strongest part of a larger neighbourhood is shown.",
        "邻域较大，仅显示联系最强的部分。",
    ),
    "graph_nothing": ("Nothing has this name.", "没有找到这个名称。"),
    "graph_choose": (
        "Choose a node or a line to see what is known about it.",
        "点选节点或连线，查看相关信息。",
    ),
    "graph_open_product": ("Open product page", "打开商品页"),
    "graph_set_target": ("Path to here", "查找到此的路径"),
    "graph_centre": ("Start from here", "以此为中心"),
    "graph_reset": ("Start again", "重新开始"),
    "graph_edges": ("{n} connections shown", "显示 {n} 条联系"),
    "graph_strength": ("Confidence {confidence}, {sources}", "置信度 {confidence}，{sources}"),
    **FACT_TEXTS,
    **QUEUE_TEXTS,
    # where evidence was read
    "field_title": ("Title", "标题"),
    "field_description": ("Description", "描述"),
    "field_table": ("Shop's table", "参数表"),
    "field_shop": ("Shop", "商家"),
    "field_review_title": ("Review", "评价"),
    "field_review_text": ("Review", "评价"),
}


PAGE_LANGUAGES: dict[str, Literal["en-US", "zh-CN"]] = {"en": "en-US", "zh": "zh-CN"}
"""What documents and texts are marked with, by language."""


@dataclass(frozen=True)
class Words:
    """The texts of one language; calling it gives a text with its places filled in."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text of ``key``.

        Raises:
            KeyError: There is no such text; texts are never made up at the place where they are shown.
        """
        text = self.pick(*TEXTS[key])
        return text.format(**values) if values else text

    def pick(self, en: str, zh: str) -> str:
        """The one of two texts that this language shows; the other where it is empty."""
        return (zh or en) if self.language == "zh" else (en or zh)

    def lang_of(self, language: Language) -> str | None:
        """The ``lang`` of a text on the page: ``None`` where it is the page's own."""
        return None if language == self.language else PAGE_LANGUAGES[language]

    def count(self, key: str, n: int) -> str:
        """A text with a number, in the singular (``key`` + ``_one``) where there is one."""
        return self(f"{key}_one") if n == 1 and f"{key}_one" in TEXTS else self(key, n=f"{n:,}")


def choose_language(
    chosen: str | None, remembered: str | None, accepted: str | None, shop: Language = "en"
) -> Language:
    """The page's language: what the address says, the cookie remembers, the browser prefers, or the shop speaks.

    Args:
        chosen: Value of ``lang`` in the address.
        remembered: Value of the cookie.
        accepted: The ``Accept-Language`` header; the first language in it that the pages have counts.
        shop: The language of most of its products.
    """
    for value in (chosen, remembered, *_preferred(accepted or "")):
        if value == "en":
            return "en"
        if value == "zh":
            return "zh"
    return shop


def _preferred(accepted: str) -> list[str]:
    """The languages of an ``Accept-Language`` header without their countries, the most wanted first."""
    weighed: list[tuple[float, str]] = []
    for entry in accepted.split(","):
        name, _, parameter = entry.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighed.append((-weight, name.strip().casefold().partition("-")[0]))
    return [name for _, name in sorted(weighed, key=lambda pair: pair[0])]

"""Texts of the part of the product page on which people decide on facts."""

from __future__ import annotations

FACT_TEXTS: dict[str, tuple[str, str]] = {
    "desk_title": ("Decide on facts", "审核事实"),
    "desk_hint": (
        "Keys on a fact: A accepts, R rejects, C corrects, U takes back, arrows go on.",
        "选中事实后：A 接受，R 拒绝，C 更正，U 撤销，方向键移动。",
    ),
    "desk_none": ("Nothing is known of this product yet.", "暂无该商品的事实。"),
    "desk_accept": ("Accept", "接受"),
    "desk_reject": ("Reject", "拒绝"),
    "desk_correct": ("Correct", "更正"),
    "desk_undo": ("Take back", "撤销"),
    "desk_decide": ("Decide", "确定"),
    "desk_cancel": ("Cancel", "取消"),
    "desk_reason": ("Reason", "理由"),
    "desk_note": ("Note", "备注"),
    "desk_value": ("What is right", "正确的值"),
    "desk_state": ("Add a fact", "添加事实"),
    "desk_field": ("Attribute or relation", "属性或关系"),
    "desk_waits": ("being taken over", "正在生效"),
    "desk_history": ("History", "历史记录"),
    "desk_by": ("{who}, {when}", "{who}，{when}"),
    "desk_taken_back": ("taken back by {who}", "已由 {who} 撤销"),
    "desk_conflict": ("another value is preferred", "已采用其他值"),
    "desk_rule": ("against the ontology: {rule}", "不符合本体：{rule}"),
    "desk_status_proposed": ("read", "已读取"),
    "desk_status_accepted": ("accepted", "已接受"),
    "desk_status_rejected": ("rejected", "已拒绝"),
    "desk_status_superseded": ("superseded", "已被取代"),
    "desk_verb_accept": ("accepted", "接受"),
    "desk_verb_reject": ("rejected", "拒绝"),
    "desk_verb_correct": ("corrected", "更正"),
    "desk_verb_state": ("stated", "添加"),
    "desk_verb_undo": ("took back", "撤销"),
}
"""English and Chinese."""

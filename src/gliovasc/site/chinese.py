"""Key figures and explanations of verdicts in Chinese: the library writes them in English."""

from __future__ import annotations

import re

# Phrases of gliovasc.findings, longest first where one holds another.
PHRASES = (
    (
        r"(\d+) of (\d+) references on solid tumours other than glioma",
        r"胶质瘤以外实体瘤的 \2 篇文献中 \1 篇支持",
    ),
    (r", (\d+) of them measured beside healthy tissue", r"，其中 \1 篇与健康组织对照测量"),
    (
        r"higher in high-grade glioma in (\S+) of (\d+) references",
        r"\2 篇文献中 \1 显示高级别胶质瘤更高",
    ),
    (r"; (\d+) compared with other solid tumours", r"；\1 篇与其他实体瘤比较"),
    (
        r"(\d+) mechanisms with two or more supporting human references",
        r"\1 种机制有两篇及以上人体研究支持",
    ),
    (r"(\d+) mechanisms with two or more supporting references", r"\1 种机制有两篇及以上文献支持"),
    (r"share of support (\S+) among (\d+) references", r"\2 篇文献中支持比例 \1"),
    (
        r"approved by (\d+) authorities; given in (\d+) trials of the tables",
        r"获 \1 家监管机构批准；数据集中 \2 项试验使用",
    ),
    (
        r"(\d+) trials: better in (.+?); worse in (.+?); both in (.+)",
        r"\1 项试验：改善 \2；恶化 \3；两者兼有 \4",
    ),
    (
        r"(\d+) of (\d+) trials below 75 %; responders (\S+) to (\S+) %",
        r"\2 项试验中 \1 项低于 75%；缓解率 \3% 至 \4%",
    ),
    (
        r"(\d+) of (\d+) references support it \(share (\S+?)\); "
        r"of (\d+) human ones (\d+) \(share (\S+?)\)",
        r"\2 篇文献中 \1 篇支持（\3）；其中人体研究 \4 篇，\5 篇支持（\6）",
    ),
    (
        r"(\d+) of (\d+) references on resistance belong to the two ways",
        r"耐药相关文献 \2 篇中 \1 篇属于这两种途径",
    ),
    (
        r"(\d+) of (\d+) references of attempts outside patients saw an improvement",
        r"非患者研究的 \2 篇文献中 \1 篇见到改善",
    ),
    (r"(\d+) of (\d+) attempts in patients improved outcome", r"\2 次患者中的尝试有 \1 次改善结局"),
    (
        r"(\d+) of (\d+) attempts in patients did better than their comparator",
        r"\2 次患者中的尝试有 \1 次优于对照",
    ),
    (r"nothing to pool", r"无可合并数据"),
    (r"HR (\S+) \((\S+) to (\S+)\), (\d+) trials", r"HR \1（\2 至 \3），\4 项试验"),
    (
        r"The tables gather evidence on glioma; other solid tumours are there only in passing\.",
        r"数据表收集胶质瘤的证据，其他实体瘤仅附带涉及。",
    ),
    (
        r"Most studies compare grades of glioma or normal tissue, few other solid tumours\.",
        r"多数研究比较胶质瘤级别或正常组织，少有与其他实体瘤比较者。",
    ),
    (
        r"Counted among mechanisms of vessel formation in growing tumours\.",
        r"在生长中肿瘤的血管形成机制中统计。",
    ),
    (
        r"References on growing tumours that support against those that do not\.",
        r"生长中肿瘤的文献：支持者与不支持者之比。",
    ),
    (
        r"Patients or their tissue, glioblastoma or high-grade glioma\.",
        r"患者或其组织，胶质母细胞瘤或高级别胶质瘤。",
    ),
    (
        r"Approvals for glioma by different authorities, later withdrawals not subtracted\.",
        r"不同监管机构对胶质瘤适应证的批准，未扣除其后的撤回。",
    ),
    (
        r"Follows from the verdicts on overall survival and on resistance\.",
        r"由总生存期与耐药两项结论的判定得出。",
    ),
    (r"Trials oppose each other\. ?", r"试验结果相互矛盾。"),
    (
        r"In (.+?) the benefit is one of deterioration-free survival, "
        r"in which progression counts as deterioration\.",
        r"\1 的获益为无恶化生存期，其中疾病进展计为恶化。",
    ),
    (r"Fewer than (?:two|three) trials can be pooled\.", r"可合并的试验过少。"),
    (
        r"The highest response rate that any report of a trial gives with bevacizumab\.",
        r"取各试验所有报告中贝伐珠单抗组的最高缓解率。",
    ),
    (
        r"Attempts to get around resistance in patients; many had no comparator\.",
        r"患者中克服耐药的尝试；许多没有对照。",
    ),
    (
        r"Observations under therapy or in resistant tumours, supporting against contradicting\.",
        r"治疗中或耐药肿瘤中的观察，支持者与反对者之比。",
    ),
    (
        r"The rest concerns the phenotype of vessels and drug delivery\.",
        r"其余涉及血管表型与药物递送。",
    ),
    (
        r"Attempts in animals and cells; failures are published less often\.",
        r"动物与细胞中的尝试；失败结果较少发表。",
    ),
    (
        r"Only attempts with a comparator can count as improvement\.",
        r"仅有对照的尝试才可计为改善。",
    ),
    (r"Limits below 1 in (.+?), above 1 in (.+?)\. ", r"区间低于 1：\1；高于 1：\2。"),
    (r"Limits below 1 in (.+?)\. ", r"区间低于 1：\1。"),
    (r"double-blind only: ", r"仅双盲："),
    (r"independent review only: ", r"仅独立评审："),
    (r"newly diagnosed: ", r"新诊断："),
    (r"recurrent: ", r"复发："),
    (r"\bno trial\b", r"无试验"),
    (r"\bnone\b", r"无"),
    (r"\b(partly supported|partly_supported)\b", r"部分得到支持"),
    (r"\b(insufficient_evidence)\b", r"证据不足"),
    (r"\bcontradicted\b", r"相矛盾"),
    (r"\bsupported\b", r"得到支持"),
    (r"; ", r"；"),
    (r", I²", r"，I²"),
    (r"\.$", r"。"),
)


def in_chinese(text: str) -> str:
    """A key figure or explanation in Chinese; a phrase that is not listed stays English."""
    for english, chinese in PHRASES:
        text = re.sub(english, chinese, text)
    return text

"""How columns of limit tables are headed, in Japanese and in English, and what their cells say."""

from typing import Final

from market.console.pasting.cells import fold

# split by commas; brackets and blanks do not count
_HEADERS: Final = {
    "analyte": (
        "analyte,element,item,parameter,property,component,substance,impurity,impurities,成分,元素,元素名,項目,品質項目"
        ",分析項目,検査項目,試験項目,管理項目,成分名,化学成分,規格項目,物質,物質名,特性,物性,物性項目,不純物"
    ),
    "min": "min,minimum,min.,lower,lower limit,at least,≥,≧,>=,下限,下限値,最小,最小値,以上",
    "max": "max,maximum,max.,upper,upper limit,at most,≤,≦,<=,上限,上限値,最大,最大値,以下",
    "limit": (
        "limit,limits,spec,spec.,specification,specifications,requirement,requirements,range,acceptance,value,規格,規格値"
        ",規格範囲,範囲,基準,基準値,受入基準,受入規格,限度,限度値,許容値,許容範囲,管理値,要求値,要求品質,値,条件"
    ),
    "unit": "unit,units,単位",
    "basis": "basis,base,乾湿,乾湿基準,ベース",
    "negotiable": "negotiable,交渉可,交渉,相談可,応相談,要相談",
    "unused": "method,test method,分析方法,試験方法,測定方法,試験規格,規格番号,備考,note,notes,remarks,standard",
    "counter": "no,no.,#,番号,項番,通し番号",
}
_BASES: Final = {
    "dry": "dry,dry basis,db,乾量,乾量基準,乾燥,乾ベース,無水,無水基準,無水ベース",
    "as_received": "as received,as_received,ar,wet,湿量,湿量基準,湿ベース,有姿,有姿ベース,到着ベース,受入",
}


def _folded(table: dict[str, str]) -> dict[str, str]:
    return {fold(said): kind for kind, all_said in table.items() for said in all_said.split(",")}


KINDS: Final = _folded(_HEADERS)
BASES: Final = _folded(_BASES)
YES: Final = frozenset(
    map(fold, ("yes", "y", "true", "1", "可", "はい", "o", "○", "◯", "negotiable", "相談可", "応相談"))
)
NO: Final = frozenset(map(fold, ("", "no", "n", "false", "0", "不可", "いいえ", "×", "x", "-")))

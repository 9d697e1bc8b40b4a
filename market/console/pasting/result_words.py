"""How columns of laboratories' tables are headed, in Japanese and in English."""

from typing import Final

from market.console.pasting.cells import fold

# split by commas; brackets and blanks do not count
_HEADERS: Final = {
    "analyte": (
        "analyte,element,item,parameter,component,substance,test item,成分,元素,項目,分析項目,試験項目,測定項目,成分名"
        ",分析対象,計量の対象"
    ),
    "value": (
        "result,results,value,measured,measured value,content,concentration,結果,分析結果,測定結果,試験結果,計量の結果"
        ",値,分析値,測定値,含有量,含有率,濃度"
    ),
    "unit": "unit,units,単位",
    "basis": "basis,base,乾湿,乾湿基準,ベース,基準",
    "uncertainty": "uncertainty,standard uncertainty,u,±,不確かさ,標準不確かさ,+/-",
    "expanded": "expanded uncertainty,拡張不確かさ",
    "limit": (
        "lod,loq,dl,ql,mdl,detection limit,quantification limit,limit of detection,limit of quantification,検出下限"
        ",検出限界,定量下限,定量限界,検出下限値,定量下限値,検出限界値,報告下限,報告下限値"
    ),
    "method": "method,test method,分析方法,試験方法,測定方法,計量の方法,方法",
    "laboratory": "laboratory,lab,分析機関,試験機関,試験所,測定機関,計量証明事業者,分析者",
    "sample": (
        "sample,sample id,sample no,sample no.,sample name,試料,試料名,試料番号,試料no"
        ",試料no.,検体,検体名,検体番号,ロット番号"
    ),
    "sampled_on": "sampled,sampled on,sampling date,date,date sampled,採取日,採取年月日,試料採取日,サンプリング日",
    "unused": (
        "no,no.,番号,備考,note,notes,remarks,cas,cas no.,規格,規格値,基準値,判定,limit,spec,specification,judgement"
        ",verdict,pass/fail,分析日,測定日,受領日,受付日,報告日,発行日,件名,依頼者,報告書番号,measured on,analysed on"
        ",report no.,client"
    ),
}
KINDS: Final = {fold(said): kind for kind, all_said in _HEADERS.items() for said in all_said.split(",")}
_SUMS: Final = (
    "平均,平均値,最大,最大値,最小,最小値,標準偏差,範囲,合計,総計,計,average,mean,avg,avg.,max,maximum,min,minimum"
    ",sd,std,stdev,standard deviation,range,rsd,total,sum"
)
# lines that say again what the other lines say
SUMMARIES: Final = frozenset(map(fold, _SUMS.split(",")))
# written around the name of what was measured
AROUND: Final = ("含有量", "含有率", "濃度", "content", "total ", "全", "t-")

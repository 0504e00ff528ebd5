"""The sheets of 问题台账.xlsx: what stands on each of them, and how rows are laid out. `auditor.documents.workbook` puts them together.

laying      columns, rows and links -> worksheets, all in one manner
listing     every finding of a run in one list, with what people enter of it
anchors     where the facts and the points of a report stand in this workbook, for the links from a finding to its evidence
standings   排名, 得分明细
figures     统计: tables with native charts
checked     规则: what was checked, by which law
missing     未报与未读
background  无法判断与待核验, 事实, 读取情况, 停用情况, 说明
"""

"""Chart templates: a small international chart and the Chinese 企业会计准则 (accounting standards for enterprises).

The Chinese codes are those of the level-1 accounts in force; sub-accounts follow the usual 4-2-2 digits.
"""

from dataclasses import dataclass

from erp.ledger.models.account import AccountRole, LedgerAccount

K, R = LedgerAccount.Kind, AccountRole


@dataclass(frozen=True)
class ChartTemplate:
    """Accounts as (code, name, kind, is_control), and the code that plays each role."""

    name: str
    accounts: tuple[tuple[str, str, str, bool], ...]
    roles: dict[str, str]


INTERNATIONAL = ChartTemplate(
    name="international",
    accounts=(
        ("1000", "Bank", K.ASSET, False),
        ("1010", "Cash", K.ASSET, False),
        ("1200", "Trade receivables", K.ASSET, True),
        ("1400", "Inventory", K.ASSET, True),
        ("1410", "Work in progress", K.ASSET, True),
        ("1500", "Fixed assets", K.ASSET, False),
        ("1600", "Input tax", K.ASSET, False),
        ("2100", "Trade payables", K.LIABILITY, True),
        ("2150", "Goods received, not invoiced", K.LIABILITY, True),
        ("2200", "Output tax", K.LIABILITY, False),
        ("3000", "Share capital", K.EQUITY, False),
        ("3100", "Retained earnings", K.EQUITY, False),
        ("3900", "Opening balances", K.EQUITY, False),
        ("4000", "Sales", K.INCOME, False),
        ("4800", "Stock found", K.INCOME, False),
        ("4900", "Exchange differences", K.INCOME, False),
        ("5000", "Cost of sales", K.EXPENSE, False),
        ("5100", "Stock count differences", K.EXPENSE, False),
        ("5200", "Stock written off", K.EXPENSE, False),
        ("5300", "Samples given away", K.EXPENSE, False),
        ("5400", "Purchase price differences", K.EXPENSE, False),
        ("5500", "Production variances", K.EXPENSE, False),
        ("5600", "Production scrap", K.EXPENSE, False),
        ("5700", "Freight and charges on purchases", K.EXPENSE, False),
        ("6000", "Operating expenses", K.EXPENSE, False),
    ),
    roles={
        R.BANK: "1000",
        R.RECEIVABLE: "1200",
        R.INVENTORY: "1400",
        R.STOCK_CLEARING: "2150",
        R.OUTPUT_TAX: "2200",
        R.OPENING: "3900",
        R.REVENUE: "4000",
        R.EXCHANGE_DIFFERENCE: "4900",
        R.COST_OF_SALES: "5000",
        R.COUNT_DIFFERENCE: "5100",
        R.STOCK_LOSS: "5200",
        R.SAMPLES: "5300",
        R.STOCK_GAIN: "4800",
        R.PAYABLE: "2100",
        R.INPUT_TAX: "1600",
        R.PRICE_DIFFERENCE: "5400",
        R.PURCHASE_CHARGES: "5700",
        R.WORK_IN_PROGRESS: "1410",
        R.PRODUCTION_VARIANCE: "5500",
        R.PRODUCTION_SCRAP: "5600",
    },
)

CHINA_ENTERPRISE = ChartTemplate(
    name="china_enterprise",
    accounts=(
        ("1001", "库存现金", K.ASSET, False),
        ("1002", "银行存款", K.ASSET, False),
        ("1012", "其他货币资金", K.ASSET, False),
        ("1121", "应收票据", K.ASSET, False),
        ("1122", "应收账款", K.ASSET, True),
        ("1123", "预付账款", K.ASSET, False),
        ("1221", "其他应收款", K.ASSET, False),
        ("1231", "坏账准备", K.ASSET, False),
        ("1402", "在途物资", K.ASSET, False),
        ("1403", "原材料", K.ASSET, False),
        ("1405", "库存商品", K.ASSET, True),
        ("1406", "发出商品", K.ASSET, False),
        ("1408", "委托加工物资", K.ASSET, False),
        ("1411", "周转材料", K.ASSET, False),
        ("1471", "存货跌价准备", K.ASSET, False),
        ("1601", "固定资产", K.ASSET, False),
        ("1602", "累计折旧", K.ASSET, False),
        ("1701", "无形资产", K.ASSET, False),
        ("1901", "待处理财产损溢", K.ASSET, False),
        ("2001", "短期借款", K.LIABILITY, False),
        ("2202", "应付账款", K.LIABILITY, True),
        ("220202", "应付暂估", K.LIABILITY, True),
        ("2203", "预收账款", K.LIABILITY, False),
        ("2211", "应付职工薪酬", K.LIABILITY, False),
        ("2221", "应交税费", K.LIABILITY, False),
        ("22210101", "应交增值税（进项税额）", K.LIABILITY, False),
        ("22210102", "应交增值税（销项税额）", K.LIABILITY, False),
        ("2241", "其他应付款", K.LIABILITY, False),
        ("4001", "实收资本", K.EQUITY, False),
        ("4002", "资本公积", K.EQUITY, False),
        ("4101", "盈余公积", K.EQUITY, False),
        ("4103", "本年利润", K.EQUITY, False),
        ("4104", "利润分配", K.EQUITY, False),
        ("5001", "生产成本", K.COST, True),
        ("5101", "制造费用", K.COST, False),
        ("6001", "主营业务收入", K.INCOME, False),
        ("6051", "其他业务收入", K.INCOME, False),
        ("6061", "汇兑损益", K.INCOME, False),
        ("6301", "营业外收入", K.INCOME, False),
        ("6401", "主营业务成本", K.EXPENSE, False),
        ("6403", "税金及附加", K.EXPENSE, False),
        ("6601", "销售费用", K.EXPENSE, False),
        ("6602", "管理费用", K.EXPENSE, False),
        ("6603", "财务费用", K.EXPENSE, False),
        ("6711", "营业外支出", K.EXPENSE, False),
        ("6801", "所得税费用", K.EXPENSE, False),
    ),
    roles={
        R.BANK: "1002",
        R.RECEIVABLE: "1122",
        R.INVENTORY: "1405",
        R.STOCK_CLEARING: "220202",
        R.OUTPUT_TAX: "22210102",
        R.OPENING: "4001",
        R.REVENUE: "6001",
        R.EXCHANGE_DIFFERENCE: "6603",
        R.COST_OF_SALES: "6401",
        R.COUNT_DIFFERENCE: "1901",
        R.STOCK_LOSS: "1901",
        R.SAMPLES: "6601",
        R.STOCK_GAIN: "1901",
        R.PAYABLE: "2202",
        R.INPUT_TAX: "22210101",
        R.PRICE_DIFFERENCE: "6401",
        R.PURCHASE_CHARGES: "6401",
        R.WORK_IN_PROGRESS: "5001",
        R.PRODUCTION_VARIANCE: "6401",
        R.PRODUCTION_SCRAP: "1901",
    },
)
TEMPLATES = {template.name: template for template in (INTERNATIONAL, CHINA_ENTERPRISE)}

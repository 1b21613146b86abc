from erp.automation.models.approval import ApprovalAnswer, ApprovalPolicy, ApprovalRequest, Delegation
from erp.automation.models.exception_item import ExceptionItem
from erp.automation.models.rule import Rule
from erp.automation.models.step import AutomaticStep

__all__ = ["ApprovalAnswer", "ApprovalPolicy", "ApprovalRequest", "AutomaticStep", "Delegation", "ExceptionItem", "Rule"]

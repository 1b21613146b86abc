"""The screens of who may come in: the people of a company and their invitations.

They stand here because the door itself (erp.identity) lies below the screen kit.
"""

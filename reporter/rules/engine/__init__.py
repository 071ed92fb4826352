"""Checked trees and metrics → outcomes and facts, in three-valued logic."""

"""The languages of an extension: text with positions in, trees and code units out. Knows no rule."""

"""Addresses of the form and of the person's own page. None says whose it is."""

from django.urls import path

from portal.erasing import mine as erasing
from portal.packages import mine as packages
from portal.rights import form, mine, visitor

app_name = "requests"
urlpatterns = [
    path("rights/new", form.new, name="new"),
    path("rights/sent", form.sent, name="sent"),
    path("rights/again", form.again, name="again"),
    path("rights/in/<str:token>", mine.by_link, name="in"),
    path("rights/mine", mine.mine, name="mine"),
    path("rights/mine/code", mine.ask_code, name="ask_code"),
    path("rights/mine/prove", mine.prove, name="prove"),
    path("rights/mine/file", mine.add_file, name="add_file"),
    path("rights/mine/message", mine.write, name="write"),
    path("rights/mine/withdraw", mine.withdraw, name="withdraw"),
    path("rights/mine/letters/<int:number>", mine.letter, name="letter"),
    path("rights/mine/erasure", erasing.decide, name="erasure"),
    path("rights/mine/copy/<int:number>/code", packages.ask, name="package_code"),
    path("rights/mine/copy/<int:number>/prove", packages.prove, name="package_prove"),
    path("rights/copy/<str:token>", packages.fetch, name="fetch"),
    path("rights/mine/leave", mine.leave, name="leave"),
    path("preferences/rights/", visitor.requests, name="requests"),
    path("preferences/rights/<int:number>", visitor.enter, name="enter"),
]

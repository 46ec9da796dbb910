package main

const sysExitGroup = 252

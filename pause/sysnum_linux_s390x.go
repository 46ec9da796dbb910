package main

const sysExitGroup = 248

#pragma once
static int ONCE_COUNT;

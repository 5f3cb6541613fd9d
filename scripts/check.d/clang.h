/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forced in before our sources when clang builds against headers that gcc
 * configured: what Kconfig finds out about the compiler and C code looks at.
 * module.sh has the same for make.
 */
#undef CONFIG_CC_IS_GCC
#define CONFIG_CC_IS_CLANG 1
#undef CONFIG_CC_HAS_NAMED_AS
#undef CONFIG_USE_X86_SEG_SUPPORT

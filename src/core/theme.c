#include "core/theme.h"

static const char *const names[ROLE_COUNT] = {
#define THEME_ROLE(id, name, help) [ROLE_##id] = name,
#include "core/theme_roles.def"
#undef THEME_ROLE
};

const char *theme_role_name(enum theme_role role)
{
	return names[role];
}

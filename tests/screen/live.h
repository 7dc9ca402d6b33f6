/* A link that stands as live although nothing answers. */
#ifndef LIVE_H
#define LIVE_H

struct link;
void live_pretend(struct link *link);

#endif

/* list: cursor and scrolling. */
#include "ui/widget/list.h"

static size_t rows_of(int h)
{
	return h > 0 ? (size_t)h : 1;
}

void list_set(struct list *l, size_t n)
{
	l->n = n;
	list_to(l, l->cur);
}

void list_to(struct list *l, size_t cur)
{
	l->cur = l->n == 0 ? 0 : cur < l->n ? cur : l->n - 1;
	l->top = list_top(l, l->h);
}

size_t list_top(const struct list *l, int h)
{
	size_t rows = rows_of(h), top = l->top;

	if (l->cur < top)
		top = l->cur;
	else if (l->cur - top >= rows)
		top = l->cur - rows + 1;
	if (top + rows > l->n)
		top = l->n > rows ? l->n - rows : 0;
	return top;
}

static size_t back(size_t cur, size_t by)
{
	return cur > by ? cur - by : 0;
}

bool list_key(struct list *l, enum action act)
{
	size_t page = rows_of(l->h), half = page > 1 ? page / 2 : 1;
	size_t to = l->cur;

	if (act == ACT_UP)
		to = back(to, 1);
	else if (act == ACT_DOWN)
		to++;
	else if (act == ACT_PAGE_UP)
		to = back(to, page);
	else if (act == ACT_PAGE_DOWN)
		to += page;
	else if (act == ACT_HALF_UP)
		to = back(to, half);
	else if (act == ACT_HALF_DOWN)
		to += half;
	else if (act == ACT_FIRST)
		to = 0;
	else if (act == ACT_LAST)
		to = back(l->n, 1);
	else
		return false;
	list_to(l, to);
	return true;
}

void list_draw(const struct list *l, struct pane p, bool focused,
    void (*row)(const void *arg, struct pane line, size_t i, bool current),
    const void *arg)
{
	size_t top = list_top(l, p.h);

	for (int y = 0; y < p.h && top + (size_t)y < l->n; y++) {
		size_t i = top + (size_t)y;

		row(arg, pane_row(p, y), i, i == l->cur);
		pane_hit(p, 0, y, p.w, (struct hit){ .focused = focused,
			.down = (long)i - (long)l->cur });
		if (focused && i == l->cur)
			pane_bar(p, y);
	}
}

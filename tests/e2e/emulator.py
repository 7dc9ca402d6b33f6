"""What stands on a terminal's screen, by libvterm: feed() it what the program writes, lines() are what a person would read."""
import ctypes
import ctypes.util

LIBRARY = ctypes.CDLL(ctypes.util.find_library('vterm') or 'libvterm.so.0')


class Rect(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ('start_row', 'end_row', 'start_col', 'end_col')]


for name, result, arguments in (('vterm_new', ctypes.c_void_p, [ctypes.c_int, ctypes.c_int]),
                                ('vterm_free', None, [ctypes.c_void_p]),
                                ('vterm_set_utf8', None, [ctypes.c_void_p, ctypes.c_int]),
                                ('vterm_set_size', None, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
                                ('vterm_obtain_screen', ctypes.c_void_p, [ctypes.c_void_p]),
                                ('vterm_screen_enable_altscreen', None, [ctypes.c_void_p, ctypes.c_int]),
                                ('vterm_screen_reset', None, [ctypes.c_void_p, ctypes.c_int]),
                                ('vterm_input_write', ctypes.c_size_t, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
                                ('vterm_output_read', ctypes.c_size_t, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
                                ('vterm_screen_get_text', ctypes.c_size_t, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, Rect])):
    function = getattr(LIBRARY, name)
    function.restype, function.argtypes = result, arguments


class Emulator:
    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.vterm = LIBRARY.vterm_new(rows, columns)
        LIBRARY.vterm_set_utf8(self.vterm, 1)
        self.screen = LIBRARY.vterm_obtain_screen(self.vterm)
        LIBRARY.vterm_screen_enable_altscreen(self.screen, 1)
        LIBRARY.vterm_screen_reset(self.screen, 1)
        self.room = ctypes.create_string_buffer(8192)

    def close(self):
        LIBRARY.vterm_free(self.vterm)

    def size(self, rows, columns):
        self.rows, self.columns = rows, columns
        LIBRARY.vterm_set_size(self.vterm, rows, columns)

    def feed(self, data):
        LIBRARY.vterm_input_write(self.vterm, data, len(data))
        LIBRARY.vterm_output_read(self.vterm, self.room, len(self.room))  # what the terminal would answer

    def lines(self):
        out = []
        for row in range(self.rows):
            length = LIBRARY.vterm_screen_get_text(self.screen, self.room, len(self.room), Rect(row, row + 1, 0, self.columns))
            out.append(self.room.raw[:length].decode('utf-8', 'replace').rstrip())
        return out

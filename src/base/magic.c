/* magic: signatures of file formats that people keep in databases. */
#include "base/magic.h"

static const struct {
	size_t at;
	struct str bytes;
	const char *name;
} signatures[] = {
	{ 0, STR("\x89PNG\r\n\x1a\n"), "PNG image" },
	{ 0, STR("\xff\xd8\xff"), "JPEG image" },
	{ 0, STR("GIF87a"), "GIF image" },
	{ 0, STR("GIF89a"), "GIF image" },
	{ 8, STR("WEBPVP8"), "WebP image" },
	{ 8, STR("WAVEfmt "), "WAV sound" },
	{ 4, STR("ftypavif"), "AVIF image" },
	{ 4, STR("ftypheic"), "HEIC image" },
	{ 4, STR("ftypqt  "), "QuickTime video" },
	{ 4, STR("ftyp"), "MP4 video" },
	{ 0, STR("II*\0"), "TIFF image" },
	{ 0, STR("MM\0*"), "TIFF image" },
	{ 0, STR("\0\0\1\0"), "icon" },
	{ 0, STR("<svg"), "SVG image" },
	{ 0, STR("%PDF-"), "PDF" },
	{ 0, STR("\x1f\x8b\x08"), "gzip" },
	{ 0, STR("\x28\xb5\x2f\xfd"), "zstd" },
	{ 0, STR("\xfd" "7zXZ\0"), "xz" },
	{ 0, STR("BZh"), "bzip2" },
	{ 0, STR("\x04\x22\x4d\x18"), "lz4" },
	{ 0, STR("7z\xbc\xaf\x27\x1c"), "7z archive" },
	{ 0, STR("Rar!\x1a\x07"), "RAR archive" },
	{ 0, STR("PK\x03\x04"), "ZIP archive" },
	{ 0, STR("PK\x05\x06"), "ZIP archive" },
	{ 257, STR("ustar"), "tar archive" },
	{ 0, STR("SQLite format 3\0"), "SQLite database" },
	{ 0, STR("PAR1"), "Parquet" },
	{ 0, STR("\0asm"), "WebAssembly" },
	{ 0, STR("\x7f" "ELF"), "ELF program" },
	{ 0, STR("OggS"), "Ogg sound" },
	{ 0, STR("fLaC"), "FLAC sound" },
	{ 0, STR("ID3"), "MP3 sound" },
	{ 0, STR("\x1a\x45\xdf\xa3"), "Matroska video" },
	{ 0, STR("wOF2"), "WOFF2 font" },
	{ 0, STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "old Office document" },
	{ 0, STR("-----BEGIN PGP"), "PGP" },
};

const char *magic_name(struct str head)
{
	for (size_t i = 0; i < sizeof(signatures) / sizeof(*signatures); i++) {
		size_t at = signatures[i].at;

		if (head.n >= at && str_starts(str_sub(head, at, head.n),
		    signatures[i].bytes))
			return signatures[i].name;
	}
	return NULL;
}

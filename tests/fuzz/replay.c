/*
 * Runs a fuzz target over files: `fuzz-NAME PATH...`, where a folder stands for all files in it.
 *
 * This is what the targets are linked with where libFuzzer is not there, so that the corpus, with
 * every input that ever crashed a decoder, is part of each test run. Options of libFuzzer are
 * ignored.
 */
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

/* The content of @path, in memory of exactly its size, for the sanitizers. */
static uint8_t *read_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size > 0 ? size : 1);

    if (file == NULL || data == NULL || fread(data, 1, size, file) != size) {
        fprintf(stderr, "cannot read '%s': %s\n", path, strerror(errno));
        exit(1);
    }
    fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    char **paths = argv + 1;
    size_t count = 0;
    FTSENT *entry;

    while (paths < argv + argc && paths[0][0] == '-')
        paths++;
    FTS *tree = paths < argv + argc ? fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, NULL) : NULL;
    while (tree != NULL && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info != FTS_F)
            continue;
        size_t size = (size_t)entry->fts_statp->st_size;
        uint8_t *data = read_file(entry->fts_accpath, size);
        printf("%s\n", entry->fts_path);
        fflush(stdout); /* the last line names the file that crashed */
        LLVMFuzzerTestOneInput(data, size);
        free(data);
        count++;
    }
    if (tree != NULL)
        fts_close(tree);
    printf("%zu files\n", count);
    return count > 0 ? 0 : 1;
}

/*
 * What a client sends, from its bytes to the agents: framing, JSON-RPC, the table of methods, the
 * router. Agents do what they are told.
 *
 * The first byte says how the stream is cut. The client may send anything, so nothing is said of
 * what it is answered, but that it is messages; another client, which asks before and after, has
 * its answers.
 */
#include "tests/fuzz/stage.h"

static void ask(StageClient *client)
{
    char text[128];

    client->times[++client->asked]++;
    client->requests++;
    snprintf(text, sizeof(text), "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"host/status\"}",
             client->asked);
    stage_send(client, span_of(text));
}

static void serve(Stage *stage)
{
    stage_turn(stage);
    for (size_t i = 0; i < stage->agent_count; i++)
        if (stage->agents[i].process->state == FAKE_RUNNING)
            stage_finish_calls(&stage->agents[i]);
    stage_turn(stage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Script script = {data, size};
    size_t step = 16 + script_byte(&script) * 8;
    Stage *stage = stage_begin();
    StageClient *good = stage_connect(stage, FRAMING_LINES);
    StageClient *other;

    ask(good);
    stage_turn(stage);
    other = stage_connect(stage, script.size > 0 && script.data[0] == '{' ? FRAMING_LINES
                                                                          : FRAMING_HEADERS);
    while (script.size > 0) {
        size_t length = step < script.size ? step : script.size;

        stage_send_raw(other, (Span){(const char *)script.data, length});
        script.data += length;
        script.size -= length;
        serve(stage);
    }
    ask(good);
    serve(stage);
    require(good->manners == STAGE_GOOD && good->responses == 2);
    stage_end(stage);
    return 0;
}

/*
 * What an agent sends, as the server reads it: any bytes behind a good beginning, while operations
 * of several kinds run on it.
 *
 * Whatever it is, each request of the good client has one response in the end, and nothing but
 * messages; another agent goes on.
 */
#include "tests/fuzz/stage.h"

static const char *const requests[] = {
    "\"mi/enumerateInstances\",\"params\":{\"namespace\":\"root/test\",\"class\":\"X_B\"}}",
    "\"mi/enumerateInstances\",\"params\":{\"namespace\":\"root/test\",\"class\":\"X_B\","
    "\"partialResultToken\":\"p\",\"workDoneToken\":1,\"messages\":[\"debug\"]}}",
    "\"mi/invoke\",\"params\":{\"namespace\":\"root/test\",\"class\":\"X_B\",\"method\":\"M\","
    "\"prompts\":true}}",
    "\"mi/createInstance\",\"params\":{\"namespace\":\"root/test\",\"instance\":{\"class\":"
    "\"X_B\"}}}",
    "\"mi/getClass\",\"params\":{\"namespace\":\"root/test\",\"class\":\"X_B\"}}",
    "\"mi/getInstance\",\"params\":{\"namespace\":\"root/test\",\"instance\":{\"class\":\"X_A\"}}}",
};

static void ask(StageClient *client, const char *request)
{
    char text[256];

    client->times[++client->asked]++;
    client->requests++;
    snprintf(text, sizeof(text), "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":%s", client->asked,
             request);
    stage_send(client, span_of(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Script script = {data, size};
    unsigned way = script_byte(&script);
    size_t step = 8 + script_byte(&script) * 4;
    Stage *stage = stage_begin();
    StageClient *client = stage_connect(stage, way % 2 == 0 ? FRAMING_LINES : FRAMING_HEADERS);
    StageAgent *villain, *good;

    stage->config.max_collected = 1 << 20;
    stage->config.max_buffered = 4 << 20;
    stage_register(1, 2); /* OPERATIONS=8 */
    require(server_reload(&stage->server) == 0);
    for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
        ask(client, requests[i]);
    stage_turn(stage);
    require(stage->agent_count == 2);
    villain = &stage->agents[0];
    good = &stage->agents[1];
    villain->villain = true;
    if (way / 2 % 2 == 0)
        stage_greet(villain);
    for (size_t i = 0; i < villain->count && way / 4 % 2 == 0; i++) {
        CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
        payload_put_empty(&out, FRAME_STARTED, villain->calls[i].operation);
        stage_write(villain, &out);
    }
    while (script.size > 0) {
        CLEANUP(buffer_deinit) Buffer out = BUFFER_INIT;
        size_t length = step < script.size ? step : script.size;

        buffer_put(&out, script.data, length);
        stage_write(villain, &out);
        script.data += length;
        script.size -= length;
        stage_turn(stage);
    }
    require(good->process->state == FAKE_RUNNING);
    stage_finish_calls(good);
    stage_turn(stage);
    require(client->manners == STAGE_GOOD && client->answers[6] == 1);
    stage_end(stage);
    return 0;
}

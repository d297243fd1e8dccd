#include "server/prompt.h"

#include "protocol/json.h"
#include "protocol/result.h"
#include "server/agent.h"

#include <errno.h>
#include <stdlib.h>

struct Prompt {
    uint64_t id; /* the server's, in the client's JSON */
    Call *call;
    uint32_t number;   /* the agent's */
    List request_link; /* Request.prompts */
    UT_hash_handle hh; /* Server.prompts, by id */
};

static Prompt *prompt_free(Prompt *prompt)
{
    HASH_DELETE(hh, prompt->call->request->server->prompts, prompt);
    list_unlink(&prompt->request_link);
    free(prompt);
    return NULL;
}

/* NULL: out of memory. */
static Prompt *prompt_new(Call *call, uint32_t number)
{
    Server *server = call->request->server;
    Prompt *prompt = calloc(1, sizeof(*prompt));

    if (prompt == NULL)
        return NULL;
    *prompt = (Prompt){.id = ++server->next_prompt, .call = call, .number = number};
    HASH_ADD(hh, server->prompts, id, sizeof(prompt->id), prompt);
    if (hash_has_failed(prompt)) {
        free(prompt);
        return NULL;
    }
    list_append(&call->request->prompts, &prompt->request_link);
    return prompt;
}

static void put_text(Buffer *out, const char *key, Span text)
{
    buffer_put_char(out, ',');
    json_put_key(out, key);
    json_put_string(out, text);
}

/* What each kind asks, behind the id of the request that it is about. */
static void put_question(Buffer *out, const PromptFrame *frame)
{
    switch (frame->kind) {
    case PROMPT_USER:
        put_text(out, "message", frame->first);
        put_text(out, "type", frame->type == 0 ? SPAN("normal") : SPAN("critical"));
        return;
    case PROMPT_SHOULD_PROCESS:
        put_text(out, "target", frame->first);
        put_text(out, "action", frame->second);
        return;
    case PROMPT_SHOULD_CONTINUE:
        put_text(out, "message", frame->first);
        return;
    case PROMPT_WRITE_ERROR:
        buffer_printf(out, ",\"error\":{\"result\":%u,\"resultName\":\"%s\"", frame->type,
                      result_name((MI_Result)frame->type));
        put_text(out, "message", frame->first);
        if (frame->cim_error.size > 0) {
            buffer_put_string(out, ",\"cimError\":");
            buffer_put_span(out, frame->cim_error);
        }
        buffer_put_char(out, '}');
        return;
    }
}

static void send_question(Client *client, const Request *request, uint64_t id,
                          const PromptFrame *frame)
{
    static const char *const methods[] = {
        [PROMPT_USER] = "mi/promptUser",
        [PROMPT_SHOULD_PROCESS] = "mi/shouldProcess",
        [PROMPT_SHOULD_CONTINUE] = "mi/shouldContinue",
        [PROMPT_WRITE_ERROR] = "mi/writeError",
    };
    Buffer *out = client_begin(client, request_lane(request));
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)id);
    rpc_put_request_head(out, span_of(text), methods[frame->kind]);
    buffer_put_string(out, "{\"id\":");
    buffer_put_span(out, request->id);
    put_question(out, frame);
    buffer_put_string(out, "}}");
    client_end(client);
}

static size_t count_open(const Request *request)
{
    size_t count = 0;

    list_for_each (link, &request->prompts) {
        count++;
    }
    return count;
}

int prompt_ask(Call *call, const PromptFrame *frame)
{
    Request *request = call->request;
    bool is_wanted = request->state == REQUEST_RUNNING && request->client != NULL &&
                     (request->flags & OPERATION_PROMPTS) != 0;
    AnswerFrame unasked = {.prompt = frame->prompt, .answer = PROMPT_DEFAULT};
    Prompt *prompt;

    if (is_wanted && count_open(request) >= PROMPT_MAX_OPEN)
        return -E2BIG;
    prompt = is_wanted ? prompt_new(call, frame->prompt) : NULL;
    if (prompt == NULL) {
        agent_send_answer(call->agent, call, &unasked);
        return 0;
    }
    send_question(request->client, request, prompt->id, frame);
    /* Careful: the client may be closing here; its requests are canceled in the loop. */
    return 0;
}

/* A question to another client isn't this one's to answer. */
static Prompt *find_prompt(Client *client, uint64_t id)
{
    Prompt *prompt;

    HASH_FIND(hh, client->server->prompts, &id, sizeof(id), prompt);
    return prompt != NULL && prompt->call->request->client == client ? prompt : NULL;
}

/* `{"answer": true}`; an error, or anything else, is no answer: the default holds. */
static PromptAnswer read_answer(const RpcMessage *message)
{
    Span rest = message->result, key, value;

    if (message->result.data == NULL || json_type(message->result) != JSON_OBJECT)
        return PROMPT_DEFAULT;
    while (json_next_member(&rest, &key, &value)) {
        if (!json_key_equals(key, "answer"))
            continue;
        if (json_type(value) == JSON_TRUE)
            return PROMPT_YES;
        return json_type(value) == JSON_FALSE ? PROMPT_NO : PROMPT_DEFAULT;
    }
    return PROMPT_DEFAULT;
}

bool prompt_take_answer(Client *client, const RpcMessage *message)
{
    AnswerFrame answer;
    Prompt *prompt;
    int64_t id;

    if (message->id.data == NULL || json_type(message->id) != JSON_NUMBER ||
        json_get_integer(message->id, &id) < 0 || id < 0)
        return false;
    prompt = find_prompt(client, (uint64_t)id);
    if (prompt == NULL)
        return false;
    answer = (AnswerFrame){.prompt = prompt->number, .answer = read_answer(message)};
    agent_send_answer(prompt->call->agent, prompt->call, &answer);
    prompt_free(prompt);
    return true;
}

void prompts_withdraw(Request *request, const Call *call)
{
    list_for_each_safe (link, &request->prompts) {
        Prompt *prompt = list_entry(link, Prompt, request_link);

        if (call != NULL && prompt->call != call)
            continue;
        if (request->client != NULL) {
            Buffer *out = client_begin(request->client, request_lane(request));
            rpc_put_notification_head(out, "$/cancelRequest");
            buffer_printf(out, "{\"id\":%llu}}", (unsigned long long)prompt->id);
            client_end(request->client);
        }
        prompt_free(prompt);
    }
}

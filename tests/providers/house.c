/*
 * house: classes that derive from each other, an association between them, and rooms that can be
 * built and torn down.
 *
 * Test_Place is abstract. Test_Room {Name, Floor, Area} derives from it, and Test_Hall {+ Doors}
 * from Test_Room; each has its own functions. There are the rooms "kitchen" and "cellar", and the
 * hall "entrance". Test_Door ties the kitchen to the entrance. Test_Wall is an association whose
 * provider has no functions at all. No function looks at keysOnly or at property sets: that is the
 * host's work.
 */
#include "tests/providers/declare.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static MI_SchemaDecl schema;

/* ---- The declarations ---- */

typedef struct Test_Place {
    MI_Instance __instance;
    MI_ConstStringField Name;
    MI_ConstUint32Field Floor;
} Test_Place;

typedef struct Test_Hall {
    MI_Instance __instance;
    MI_ConstStringField Name;
    MI_ConstUint32Field Floor;
    MI_ConstUint32Field Area;
    MI_ConstUint32Field Doors;
} Test_Hall;

typedef struct Test_Door {
    MI_Instance __instance;
    MI_ConstReferenceField From;
    MI_ConstReferenceField To;
    MI_ConstUint32Field Width;
} Test_Door;

typedef struct Describe {
    MI_Instance __instance;
    MI_ConstUint32Field MIReturn;
    MI_ConstStringField Text;
} Describe;

PROPERTY(Test_Place, MI_FLAG_KEY, Name, MI_STRING);
PROPERTY(Test_Place, 0, Floor, MI_UINT32);
PROPERTY(Test_Hall, 0, Area, MI_UINT32);
PROPERTY(Test_Hall, 0, Doors, MI_UINT32);
PROPERTY(Test_Door, 0, Width, MI_UINT32);
PARAMETER(Describe, MI_FLAG_OUT, MIReturn, MI_UINT32);
PARAMETER(Describe, MI_FLAG_OUT, Text, MI_STRING);

#define END(word)                                                                                  \
    static const MI_PropertyDecl Test_Door_##word = {.flags = MI_FLAG_PROPERTY | MI_FLAG_KEY,      \
                                                     .name = #word,                                \
                                                     .type = MI_REFERENCE,                         \
                                                     .className = "Test_Room",                     \
                                                     .offset = offsetof(Test_Door, word)}
END(From);
END(To);

static const MI_PropertyDecl *const hall_properties[] = {&Test_Place_Name, &Test_Place_Floor,
                                                         &Test_Hall_Area, &Test_Hall_Doors};
static const MI_PropertyDecl *const door_properties[] = {&Test_Door_From, &Test_Door_To,
                                                         &Test_Door_Width};
static const MI_ParameterDecl *const describe_parameters[] = {&Describe_MIReturn, &Describe_Text};

static const MI_ClassDecl room_class, hall_class, door_class;
static const MI_MethodDecl describe_method, survey_method;

/* ---- Rooms ---- */

typedef struct Room {
    char name[32]; /* "": there is none */
    MI_Uint32 floor, area;
} Room;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Room rooms[32] = {{"kitchen", 1, 20}, {"cellar", 0, 30}};

static Room *find_room(const char *name)
{
    for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++)
        if (strcmp(rooms[i].name, name) == 0)
            return &rooms[i];
    return NULL;
}

static const char *name_of(const MI_Instance *instance)
{
    MI_Value value;
    MI_Type type;
    MI_Uint32 flags;

    if (MI_Instance_GetElement(instance, "Name", &value, &type, &flags, NULL) != MI_RESULT_OK ||
        type != MI_STRING || (flags & MI_FLAG_NULL) != 0)
        return "";
    return value.string;
}

static void get_number(const MI_Instance *instance, const char *name, MI_Uint32 *to)
{
    MI_Value value;
    MI_Type type;
    MI_Uint32 flags;

    if (MI_Instance_GetElement(instance, name, &value, &type, &flags, NULL) == MI_RESULT_OK &&
        type == MI_UINT32 && (flags & MI_FLAG_NULL) == 0)
        *to = value.uint32;
}

static void set_text(MI_Instance *instance, const char *name, const char *text)
{
    MI_Value value = {.string = (MI_Char *)(uintptr_t)text};

    MI_Instance_SetElement(instance, name, &value, MI_STRING, 0);
}

static void set_number(MI_Instance *instance, const char *name, MI_Uint32 number)
{
    MI_Value value = {.uint32 = number};

    MI_Instance_SetElement(instance, name, &value, MI_UINT32, 0);
}

static MI_Instance *make_room(MI_Context *context, const Room *room)
{
    MI_Instance *instance = NULL;

    if (MI_Context_NewInstance(context, &room_class, &instance) != MI_RESULT_OK)
        return NULL;
    set_text(instance, "Name", room->name);
    set_number(instance, "Floor", room->floor);
    set_number(instance, "Area", room->area);
    return instance;
}

static MI_Instance *make_hall(MI_Context *context)
{
    MI_Instance *instance = NULL;

    if (MI_Context_NewInstance(context, &hall_class, &instance) != MI_RESULT_OK)
        return NULL;
    set_text(instance, "Name", "entrance");
    set_number(instance, "Floor", 1);
    set_number(instance, "Area", 8);
    set_number(instance, "Doors", 3);
    return instance;
}

/* Posts @instance and ends it. */
static MI_Result post(MI_Context *context, MI_Instance *instance)
{
    MI_Result r = MI_Context_PostInstance(context, instance);

    if (instance != NULL)
        MI_Instance_Delete(instance);
    return r;
}

static void MI_CALL enumerate_rooms(void *self, MI_Context *context, const MI_Char *name_space,
                                    const MI_Char *class_name, const MI_PropertySet *properties,
                                    MI_Boolean keys_only, const MI_Filter *filter)
{
    Room copy[sizeof(rooms) / sizeof(rooms[0])];
    MI_Result r = MI_RESULT_OK;

    (void)self, (void)name_space, (void)class_name, (void)properties, (void)keys_only, (void)filter;
    pthread_mutex_lock(&lock);
    memcpy(copy, rooms, sizeof(rooms));
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; r == MI_RESULT_OK && i < sizeof(copy) / sizeof(copy[0]); i++)
        if (copy[i].name[0] != '\0')
            r = post(context, make_room(context, &copy[i]));
    MI_Context_PostResult(context, r);
}

static void MI_CALL create_room(void *self, MI_Context *context, const MI_Char *name_space,
                                const MI_Char *class_name, const MI_Instance *instance)
{
    const char *name = name_of(instance);
    MI_Result r = MI_RESULT_ALREADY_EXISTS;
    MI_Instance *made = NULL;
    Room *room;

    (void)self, (void)name_space, (void)class_name;
    pthread_mutex_lock(&lock);
    room = find_room("");
    if (find_room(name) == NULL) {
        r = room == NULL ? MI_RESULT_SERVER_LIMITS_EXCEEDED : MI_RESULT_OK;
        if (room != NULL) {
            *room = (Room){.floor = 0};
            snprintf(room->name, sizeof(room->name), "%s", name);
            get_number(instance, "Floor", &room->floor);
            get_number(instance, "Area", &room->area);
            made = make_room(context, room);
        }
    }
    pthread_mutex_unlock(&lock);
    if (made != NULL)
        r = post(context, made);
    MI_Context_PostResult(context, r);
}

/* Whether a change is to touch the property. */
static MI_Boolean is_meant(const MI_PropertySet *properties, const char *name)
{
    MI_Boolean is_in = MI_TRUE;

    if (properties != NULL)
        MI_PropertySet_ContainsElement(properties, name, &is_in);
    return is_in;
}

static void MI_CALL modify_room(void *self, MI_Context *context, const MI_Char *name_space,
                                const MI_Char *class_name, const MI_Instance *instance,
                                const MI_PropertySet *properties)
{
    Room *room;

    (void)self, (void)name_space, (void)class_name;
    pthread_mutex_lock(&lock);
    room = find_room(name_of(instance));
    if (room != NULL && is_meant(properties, "Floor"))
        get_number(instance, "Floor", &room->floor);
    if (room != NULL && is_meant(properties, "Area"))
        get_number(instance, "Area", &room->area);
    pthread_mutex_unlock(&lock);
    MI_Context_PostResult(context, room == NULL ? MI_RESULT_NOT_FOUND : MI_RESULT_OK);
}

static void MI_CALL delete_room(void *self, MI_Context *context, const MI_Char *name_space,
                                const MI_Char *class_name, const MI_Instance *path)
{
    Room *room;

    (void)self, (void)name_space, (void)class_name;
    pthread_mutex_lock(&lock);
    room = find_room(name_of(path));
    if (room != NULL)
        room->name[0] = '\0';
    pthread_mutex_unlock(&lock);
    if (room == NULL)
        MI_Context_PostError(context, MI_RESULT_NOT_FOUND, MI_RESULT_TYPE_MI,
                             "there is no such room");
    else
        MI_Context_PostResult(context, MI_RESULT_OK);
}

/* Says what it was given. */
static void MI_CALL invoke_room(void *self, MI_Context *context, const MI_Char *name_space,
                                const MI_Char *class_name, const MI_Char *method,
                                const MI_Instance *path, const MI_Instance *parameters)
{
    MI_Instance *out;
    char text[128];

    (void)self, (void)name_space, (void)parameters;
    snprintf(text, sizeof(text), "%s.%s of %s", class_name, method,
             path == NULL ? "nothing" : name_of(path));
    if (MI_Context_NewParameters(
            context, strcasecmp(method, "Survey") == 0 ? &survey_method : &describe_method, &out) !=
        MI_RESULT_OK) {
        MI_Context_PostResult(context, MI_RESULT_FAILED);
        return;
    }
    set_number(out, "MIReturn", 0);
    set_text(out, "Text", text);
    MI_Context_PostResult(context, post(context, out));
}

static void MI_CALL enumerate_halls(void *self, MI_Context *context, const MI_Char *name_space,
                                    const MI_Char *class_name, const MI_PropertySet *properties,
                                    MI_Boolean keys_only, const MI_Filter *filter)
{
    (void)self, (void)name_space, (void)class_name, (void)properties, (void)keys_only, (void)filter;
    MI_Context_PostResult(context, post(context, make_hall(context)));
}

/* ---- Doors ---- */

static MI_Result post_door(MI_Context *context)
{
    MI_Value from = {.reference = make_room(context, &(Room){"kitchen", 1, 20})};
    MI_Value to = {.reference = make_hall(context)};
    MI_Instance *door;
    MI_Result r = MI_Context_NewInstance(context, &door_class, &door);

    if (r == MI_RESULT_OK) {
        MI_Instance_SetElement(door, "From", &from, MI_REFERENCE, 0);
        MI_Instance_SetElement(door, "To", &to, MI_REFERENCE, 0);
        set_number(door, "Width", 90);
        r = post(context, door);
    }
    MI_Instance_Delete(from.reference);
    MI_Instance_Delete(to.reference);
    return r;
}

static const char *shown(const MI_Char *text)
{
    return text == NULL ? "-" : text;
}

/* A question after the role "Tell" is answered with what was asked. */
static int tells(MI_Context *context, const MI_Instance *path, const MI_Char *result_class,
                 const MI_Char *role, const MI_Char *result_role, MI_Boolean keys_only)
{
    const MI_Char *class_name = NULL;
    char text[256];

    if (role == NULL || strcmp(role, "Tell") != 0)
        return 0;
    MI_Instance_GetClassName(path, &class_name);
    snprintf(text, sizeof(text), "%s %s: class %s, role %s, other role %s%s", shown(class_name),
             name_of(path), shown(result_class), role, shown(result_role),
             keys_only ? ", keys only" : "");
    MI_Context_PostError(context, MI_RESULT_FAILED, MI_RESULT_TYPE_MI, text);
    return 1;
}

static void MI_CALL associate(void *self, MI_Context *context, const MI_Char *name_space,
                              const MI_Char *class_name, const MI_Instance *path,
                              const MI_Char *result_class, const MI_Char *role,
                              const MI_Char *result_role, const MI_PropertySet *properties,
                              MI_Boolean keys_only, const MI_Filter *filter)
{
    MI_Result r = MI_RESULT_OK;

    (void)self, (void)name_space, (void)class_name, (void)properties, (void)filter;
    if (tells(context, path, result_class, role, result_role, keys_only))
        return;
    if (strcmp(name_of(path), "kitchen") == 0)
        r = post(context, make_hall(context));
    else if (strcmp(name_of(path), "entrance") == 0)
        r = post(context, make_room(context, &(Room){"kitchen", 1, 20}));
    MI_Context_PostResult(context, r);
}

static void MI_CALL refer(void *self, MI_Context *context, const MI_Char *name_space,
                          const MI_Char *class_name, const MI_Instance *path, const MI_Char *role,
                          const MI_PropertySet *properties, MI_Boolean keys_only,
                          const MI_Filter *filter)
{
    const char *name = name_of(path);
    MI_Result r = MI_RESULT_OK;

    (void)self, (void)name_space, (void)class_name, (void)properties, (void)filter;
    if (tells(context, path, NULL, role, NULL, keys_only))
        return;
    if (strcmp(name, "kitchen") == 0 || strcmp(name, "entrance") == 0)
        r = post_door(context);
    MI_Context_PostResult(context, r);
}

/* ---- The tables ---- */

static const MI_ProviderFT room_functions = {.EnumerateInstances = enumerate_rooms,
                                             .CreateInstance = create_room,
                                             .ModifyInstance = modify_room,
                                             .DeleteInstance = delete_room,
                                             .Invoke = invoke_room};
static const MI_ProviderFT hall_functions = {.EnumerateInstances = enumerate_halls};
static const MI_ProviderFT door_functions = {.AssociatorInstances = associate,
                                             .ReferenceInstances = refer};
static const MI_ProviderFT wall_functions = {.Load = NULL};

#define METHOD(called, static_flag, run)                                                           \
    {                                                                                              \
        .flags = MI_FLAG_METHOD | (static_flag), .name = (called),                                 \
        .parameters = describe_parameters, .numParameters = MI_COUNT(describe_parameters),         \
        .size = sizeof(Describe), .returnType = MI_UINT32, .origin = "Test_Room",                  \
        .propagator = "Test_Room", .schema = &schema, .function = (run)                            \
    }

static const MI_MethodDecl describe_method = METHOD("Describe", 0, NULL);
static const MI_MethodDecl survey_method = METHOD("Survey", MI_FLAG_STATIC, invoke_room);
static const MI_MethodDecl *const room_methods[] = {&describe_method, &survey_method};

static const MI_ClassDecl place_class = {.flags = MI_FLAG_CLASS | MI_FLAG_ABSTRACT,
                                         .name = "Test_Place",
                                         .properties = hall_properties,
                                         .numProperties = 2,
                                         .size = sizeof(Test_Place),
                                         .schema = &schema};

static const MI_ClassDecl room_class = {.flags = MI_FLAG_CLASS,
                                        .name = "Test_Room",
                                        .properties = hall_properties,
                                        .numProperties = 3,
                                        .size = sizeof(Test_Hall),
                                        .superClass = "Test_Place",
                                        .superClassDecl = &place_class,
                                        .methods = room_methods,
                                        .numMethods = MI_COUNT(room_methods),
                                        .schema = &schema,
                                        .providerFT = &room_functions};

static const MI_ClassDecl hall_class = {.flags = MI_FLAG_CLASS,
                                        .name = "Test_Hall",
                                        .properties = hall_properties,
                                        .numProperties = MI_COUNT(hall_properties),
                                        .size = sizeof(Test_Hall),
                                        .superClass = "Test_Room",
                                        .superClassDecl = &room_class,
                                        .schema = &schema,
                                        .providerFT = &hall_functions};

#define ASSOCIATION(called, functions)                                                             \
    {                                                                                              \
        .flags = MI_FLAG_CLASS | MI_FLAG_ASSOCIATION, .name = (called),                            \
        .properties = door_properties, .numProperties = MI_COUNT(door_properties),                 \
        .size = sizeof(Test_Door), .schema = &schema, .providerFT = (functions)                    \
    }

static const MI_ClassDecl door_class = ASSOCIATION("Test_Door", &door_functions);
static const MI_ClassDecl wall_class = ASSOCIATION("Test_Wall", &wall_functions);

static const MI_ClassDecl *const classes[] = {&place_class, &room_class, &hall_class, &door_class,
                                              &wall_class};
static MI_SchemaDecl schema = {.classDecls = classes, .numClassDecls = MI_COUNT(classes)};
static MI_Module module = {.version = MI_VERSION,
                           .generatorVersion = MI_MAKE_VERSION(1, 0, 0),
                           .charSize = sizeof(MI_Char),
                           .schemaDecl = &schema};

MI_EXPORT MI_Module *MI_MAIN_CALL MI_Main(MI_Server *server)
{
    (void)server;
    return &module;
}

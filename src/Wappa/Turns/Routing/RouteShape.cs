namespace Wappa.Turns.Routing;

/// <summary>What methods with an attribute may take.</summary>
/// <param name="Webhook">The type of the items they handle.</param>
/// <param name="MayBeValue">Whether a parameter of a type can be given the state or the payload.</param>
/// <param name="HowTo">For the error.</param>
internal sealed record RouteShape(Type Webhook, Func<Type, bool> MayBeValue, string HowTo)
{
    internal static readonly RouteShape Command = new(
        typeof(MessageWebhook), static _ => false,
        "It may take a MessageWebhook, a string (what follows the command) and a CancellationToken.");

    internal static readonly RouteShape State = new(
        typeof(MessageWebhook), IsRecord,
        "It may take a MessageWebhook, the state (a CacheDocument or a type of the app's) and a CancellationToken.");

    internal static readonly RouteShape Timer = new(
        typeof(TimerWebhook), IsPayload,
        "It may take a TimerWebhook, the payload (any type that is read from JSON) and a CancellationToken.");

    internal static readonly RouteShape Expiry = new(
        typeof(StateExpiredWebhook), static _ => false, "It may take a StateExpiredWebhook and a CancellationToken.");

    // Texts, numbers and the like are no records; asking for one is a slip, such as a state method with arguments.
    private static bool IsRecord(Type type) =>
        IsPayload(type) && !type.IsPrimitive && !type.IsEnum && !type.IsInterface && type != typeof(string) && type != typeof(object) &&
        type != typeof(decimal);

    private static bool IsPayload(Type type) =>
        !type.IsByRef && !type.IsByRefLike && !type.IsPointer && type != typeof(CancellationToken) &&
        !typeof(Webhook).IsAssignableFrom(type) && !typeof(Message).IsAssignableFrom(type);
}

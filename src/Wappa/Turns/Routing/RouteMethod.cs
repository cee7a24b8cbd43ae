using System.Linq.Expressions;
using System.Reflection;
using Wappa.Caching;

namespace Wappa.Turns.Routing;

/// <summary>Calls a method with those arguments it takes.</summary>
internal delegate Task RouteCall(
    WappaEventHandler handler, MessageWebhook webhook, string arguments, object? state, CancellationToken ct);

/// <summary>Reads a state.</summary>
/// <returns>Null if there is none.</returns>
internal delegate ValueTask<object?> StateRead(IStateCache states, string name, CancellationToken ct);

/// <summary>One method with an attribute: checked, and compiled into a delegate.</summary>
internal sealed class RouteMethod
{
    private static readonly MethodInfo ReadTypedMethod =
        typeof(RouteMethod).GetMethod(nameof(ReadTypedAsync), BindingFlags.Static | BindingFlags.NonPublic)!;

    private readonly MethodInfo _method;
    private readonly string _attribute;

    private RouteMethod(MethodInfo method, string attribute, bool isState)
    {
        _method = method;
        _attribute = attribute;
        ThrowIfNoMethodOfATurn();
        Call = Compile(isState, out var state);
        ReadAsync = !isState ? null : state is null ? ReadAnyAsync : ReaderOf(state);
    }

    /// <summary>Calls it.</summary>
    internal RouteCall Call { get; }

    /// <summary>Reads its state; null for a command.</summary>
    internal StateRead? ReadAsync { get; }

    /// <exception cref="InvalidOperationException">The name or the method cannot be.</exception>
    internal static RouteMethod OfCommand(MethodInfo method, string name)
    {
        var route = new RouteMethod(method, $"[Command(\"{name}\")]", isState: false);
        if (string.IsNullOrEmpty(name) || name.Any(char.IsWhiteSpace))
            throw route.Wrong("a command is one word", "Take the white space out of the name.");
        return route;
    }

    /// <exception cref="InvalidOperationException">The name or the method cannot be.</exception>
    internal static RouteMethod OfState(MethodInfo method, string name)
    {
        var route = new RouteMethod(method, $"[State(\"{name}\")]", isState: true);
        if (!CacheName.IsValid(name))
        {
            throw route.Wrong(
                $"a state's name has 1 to {CacheName.MaxLength} characters and no control characters", "Choose another name.");
        }

        return route;
    }

    internal InvalidOperationException Twice(RouteMethod other) =>
        Wrong($"{NameOf(other._method)} handles the same", "Take the attribute from one of the two.");

    private RouteCall Compile(bool isState, out Type? stateType)
    {
        var handler = Expression.Parameter(typeof(WappaEventHandler));
        var webhook = Expression.Parameter(typeof(MessageWebhook));
        var text = Expression.Parameter(typeof(string));
        var state = Expression.Parameter(typeof(object));
        var token = Expression.Parameter(typeof(CancellationToken));
        var taken = new Dictionary<Type, Expression>
        {
            [typeof(MessageWebhook)] = webhook,
            [typeof(CancellationToken)] = token,
        };
        if (!isState) taken[typeof(string)] = text;
        stateType = null;
        var arguments = new List<Expression>();
        foreach (var parameter in _method.GetParameters())
        {
            if (taken.Remove(parameter.ParameterType, out var argument)) arguments.Add(argument);
            else if (isState && stateType is null && IsState(parameter.ParameterType))
                arguments.Add(Expression.Convert(state, stateType = parameter.ParameterType));
            else throw Wrong($"nothing can be given for its parameter {parameter.Name}", HowTo(isState));
        }

        Expression call = Expression.Call(Expression.Convert(handler, _method.DeclaringType!), _method, arguments);
        if (_method.ReturnType == typeof(ValueTask)) call = Expression.Call(call, nameof(ValueTask.AsTask), null);
        return Expression.Lambda<RouteCall>(
            Expression.Convert(call, typeof(Task)), handler, webhook, text, state, token).Compile();
    }

    private void ThrowIfNoMethodOfATurn()
    {
        if (_method.IsStatic) throw Wrong("it is static", "Make it a method of the instance: it needs the turn.");
        if (_method.ContainsGenericParameters) throw Wrong("it has type parameters", "Name the types.");
        if (_method.ReturnType != typeof(ValueTask) && !typeof(Task).IsAssignableFrom(_method.ReturnType))
            throw Wrong("nobody could wait for it", $"Let it return {nameof(Task)} or {nameof(ValueTask)}.");
    }

    // Texts, numbers and the like are no records; asking for one is a slip, such as a state method with arguments.
    private static bool IsState(Type type) =>
        !type.IsByRef && !type.IsPointer && !type.IsPrimitive && !type.IsEnum && !type.IsInterface &&
        type != typeof(string) && type != typeof(object) && type != typeof(decimal) &&
        !typeof(Webhook).IsAssignableFrom(type) && !typeof(Message).IsAssignableFrom(type);

    private static StateRead ReaderOf(Type state) => state == typeof(CacheDocument)
        ? ReadAnyAsync
        : ReadTypedMethod.MakeGenericMethod(state).CreateDelegate<StateRead>();

    private static async ValueTask<object?> ReadAnyAsync(IStateCache states, string name, CancellationToken ct) =>
        await states.GetAsync(name, ct).ConfigureAwait(false);

    private static async ValueTask<object?> ReadTypedAsync<T>(IStateCache states, string name, CancellationToken ct) =>
        (await states.TryGetAsync<T>(name, ct).ConfigureAwait(false)).TryGet(out var value) ? value : null;

    private InvalidOperationException Wrong(string reason, string wayOut) =>
        new($"{NameOf(_method)} cannot handle {_attribute}: {reason}. {wayOut}");

    private static string HowTo(bool isState) => isState
        ? "It may take a MessageWebhook, the state (a CacheDocument or a type of the app's) and a CancellationToken."
        : "It may take a MessageWebhook, a string (what follows the command) and a CancellationToken.";

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}

using System.Linq.Expressions;
using System.Reflection;
using Wappa.Caching;

namespace Wappa.Turns.Routing;

/// <summary>Calls a method with those arguments it takes.</summary>
/// <param name="handler">Whose method.</param>
/// <param name="webhook">Of the type the method's attribute goes with.</param>
/// <param name="arguments">What follows a command.</param>
/// <param name="value">The state, or a timer's payload.</param>
/// <param name="ct">Cancels it.</param>
internal delegate Task RouteCall(
    WappaEventHandler handler, Webhook webhook, string arguments, object? value, CancellationToken ct);

/// <summary>Reads a state.</summary>
/// <returns>Null if there is none.</returns>
internal delegate ValueTask<object?> StateRead(IStateCache states, string name, CancellationToken ct);

/// <summary>Reads a timer's payload.</summary>
internal delegate object? PayloadRead(TimerWebhook timer);

/// <summary>One method with an attribute: checked, and compiled into a delegate.</summary>
internal sealed class RouteMethod
{
    private static readonly MethodInfo ReadTypedMethod = Own(nameof(ReadTypedAsync));
    private static readonly MethodInfo ReadPayloadMethod = Own(nameof(ReadPayloadOf));

    private readonly MethodInfo _method;
    private readonly string _attribute;
    private readonly RouteShape _shape;

    private RouteMethod(MethodInfo method, string attribute, RouteShape shape)
    {
        _method = method;
        _attribute = attribute;
        _shape = shape;
        ThrowIfNoMethodOfATurn();
        Call = Compile(out var value);
        if (shape == RouteShape.State) ReadAsync = value is null ? ReadAnyAsync : ReaderOf(value);
        if (shape == RouteShape.Timer)
        {
            ReadPayload = value is null
                ? static _ => null
                : ReadPayloadMethod.MakeGenericMethod(value).CreateDelegate<PayloadRead>();
        }
    }

    /// <summary>Calls it.</summary>
    internal RouteCall Call { get; }

    /// <summary>Reads its state; null unless it goes with one.</summary>
    internal StateRead? ReadAsync { get; }

    /// <summary>Reads its payload; null unless it goes with a timer.</summary>
    internal PayloadRead? ReadPayload { get; }

    /// <exception cref="InvalidOperationException">The name or the method cannot be.</exception>
    internal static RouteMethod OfCommand(MethodInfo method, string name)
    {
        var route = new RouteMethod(method, $"[Command(\"{name}\")]", RouteShape.Command);
        if (string.IsNullOrEmpty(name) || name.Any(char.IsWhiteSpace))
            throw route.Wrong("a command is one word", "Take the white space out of the name.");
        return route;
    }

    /// <exception cref="InvalidOperationException">The name or the method cannot be.</exception>
    internal static RouteMethod OfState(MethodInfo method, string name) =>
        new RouteMethod(method, $"[State(\"{name}\")]", RouteShape.State).Named(name, "a state's name");

    /// <exception cref="InvalidOperationException">The name or the method cannot be.</exception>
    internal static RouteMethod OfTimer(MethodInfo method, string name) =>
        new RouteMethod(method, $"[Timer(\"{name}\")]", RouteShape.Timer).Named(name, "a timer's name");

    /// <exception cref="InvalidOperationException">The name or the method cannot be.</exception>
    internal static RouteMethod OfExpiry(MethodInfo method, string name) =>
        new RouteMethod(method, $"[StateExpired(\"{name}\")]", RouteShape.Expiry).Named(name, "a state's name");

    internal InvalidOperationException Twice(RouteMethod other) =>
        Wrong($"{NameOf(other._method)} handles the same", "Take the attribute from one of the two.");

    private RouteMethod Named(string name, string what) => CacheName.IsValid(name) ? this : throw Wrong(
        $"{what} has 1 to {CacheName.MaxLength} characters and no control characters", "Choose another name.");

    private RouteCall Compile(out Type? valueType)
    {
        var handler = Expression.Parameter(typeof(WappaEventHandler));
        var webhook = Expression.Parameter(typeof(Webhook));
        var text = Expression.Parameter(typeof(string));
        var value = Expression.Parameter(typeof(object));
        var token = Expression.Parameter(typeof(CancellationToken));
        var taken = new Dictionary<Type, Expression>
        {
            [_shape.Webhook] = Expression.Convert(webhook, _shape.Webhook),
            [typeof(CancellationToken)] = token,
        };
        if (_shape == RouteShape.Command) taken[typeof(string)] = text;
        valueType = null;
        var arguments = new List<Expression>();
        foreach (var parameter in _method.GetParameters())
        {
            if (taken.Remove(parameter.ParameterType, out var argument)) arguments.Add(argument);
            else if (valueType is null && _shape.MayBeValue(parameter.ParameterType))
                arguments.Add(ValueOf(value, valueType = parameter.ParameterType));
            else throw Wrong($"nothing can be given for its parameter {parameter.Name}", _shape.HowTo);
        }

        Expression call = Expression.Call(Expression.Convert(handler, _method.DeclaringType!), _method, arguments);
        if (_method.ReturnType == typeof(ValueTask)) call = Expression.Call(call, nameof(ValueTask.AsTask), null);
        return Expression.Lambda<RouteCall>(
            Expression.Convert(call, typeof(Task)), handler, webhook, text, value, token).Compile();
    }

    // A timer may have been scheduled without a payload: a value type gets its default then.
    private static UnaryExpression ValueOf(Expression value, Type type) => type.IsValueType && Nullable.GetUnderlyingType(type) is null
        ? Expression.Convert(Expression.Coalesce(value, Expression.Convert(Expression.Default(type), typeof(object))), type)
        : Expression.Convert(value, type);

    private void ThrowIfNoMethodOfATurn()
    {
        if (_method.IsStatic) throw Wrong("it is static", "Make it a method of the instance: it needs the turn.");
        if (_method.ContainsGenericParameters) throw Wrong("it has type parameters", "Name the types.");
        if (_method.ReturnType != typeof(ValueTask) && !typeof(Task).IsAssignableFrom(_method.ReturnType))
            throw Wrong("nobody could wait for it", $"Let it return {nameof(Task)} or {nameof(ValueTask)}.");
    }

    private static StateRead ReaderOf(Type state) => state == typeof(CacheDocument)
        ? ReadAnyAsync
        : ReadTypedMethod.MakeGenericMethod(state).CreateDelegate<StateRead>();

    private static async ValueTask<object?> ReadAnyAsync(IStateCache states, string name, CancellationToken ct) =>
        await states.GetAsync(name, ct).ConfigureAwait(false);

    private static async ValueTask<object?> ReadTypedAsync<T>(IStateCache states, string name, CancellationToken ct) =>
        (await states.TryGetAsync<T>(name, ct).ConfigureAwait(false)).TryGet(out var value) ? value : null;

    private static object? ReadPayloadOf<T>(TimerWebhook timer) => timer.GetPayload<T>();

    private static MethodInfo Own(string name) => typeof(RouteMethod).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private InvalidOperationException Wrong(string reason, string wayOut) =>
        new($"{NameOf(_method)} cannot handle {_attribute}: {reason}. {wayOut}");

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}

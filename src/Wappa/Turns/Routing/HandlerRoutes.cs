using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Wappa.Caching;

namespace Wappa.Turns.Routing;

/// <summary>Which method of a handler's class a message or a timer goes to. Found once for each class; a call costs a look-up and a
/// delegate.</summary>
internal sealed class HandlerRoutes
{
    private static readonly ConcurrentDictionary<Type, HandlerRoutes> Known = new();

    private readonly FrozenDictionary<string, RouteMethod> _commands;
    private readonly StateRoute[] _states;
    private readonly Dictionary<string, RouteMethod> _timers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RouteMethod> _expiries = new(StringComparer.Ordinal);
    private readonly bool _watchesAll;

    private HandlerRoutes(Type handler)
    {
        var commands = new Dictionary<string, RouteMethod>(StringComparer.OrdinalIgnoreCase);
        var states = new List<StateRoute>();
        foreach (var method in MethodsOf(handler))
        {
            foreach (var command in method.GetCustomAttributes<CommandAttribute>())
            {
                var route = RouteMethod.OfCommand(method, command.Name);
                if (!commands.TryAdd(command.Name, route)) throw route.Twice(commands[command.Name]);
            }

            foreach (var state in method.GetCustomAttributes<StateAttribute>())
            {
                var route = RouteMethod.OfState(method, state.Name);
                var same = states.Find(other => other.Name == state.Name);
                if (same is not null) throw route.Twice(same.Method);
                states.Add(new(state.Name, route));
            }

            foreach (var timer in method.GetCustomAttributes<TimerAttribute>())
                Add(_timers, timer.Name, RouteMethod.OfTimer(method, timer.Name));
            foreach (var state in method.GetCustomAttributes<StateExpiredAttribute>())
                Add(_expiries, state.Name, RouteMethod.OfExpiry(method, state.Name));
        }

        _commands = commands.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _states = [.. states];
        _watchesAll = handler.GetMethod(nameof(WappaEventHandler.HandleStateExpiredAsync))!.DeclaringType != typeof(WappaEventHandler);
    }

    /// <summary>Whether anybody wants to know of the end of a state.</summary>
    internal bool WatchesStates => _watchesAll || _expiries.Count > 0;

    /// <summary>The routes of a class.</summary>
    /// <exception cref="InvalidOperationException">A method cannot handle what its attribute says.</exception>
    internal static HandlerRoutes Of(Type handler) => Known.GetOrAdd(handler, static type => new(type));

    internal bool Watches(string state) => _watchesAll || _expiries.ContainsKey(state);

    /// <summary>Calls the method a timer goes to.</summary>
    internal Task RunAsync(WappaEventHandler handler, TimerWebhook timer, CancellationToken ct) =>
        _timers.TryGetValue(timer.Name, out var route)
            ? route.Call(handler, timer, "", route.ReadPayload!(timer), ct)
            : handler.HandleTimerAsync(timer, ct);

    /// <summary>Calls the method that is told of the end of a state.</summary>
    internal Task RunAsync(WappaEventHandler handler, StateExpiredWebhook expired, CancellationToken ct) =>
        _expiries.TryGetValue(expired.State, out var route)
            ? route.Call(handler, expired, "", null, ct)
            : handler.HandleStateExpiredAsync(expired, ct);

    /// <summary>Calls the method a message goes to: its command's, that of the first state the user has, else
    /// <see cref="WappaEventHandler.HandleMessageAsync"/>.</summary>
    internal Task RunAsync(WappaEventHandler handler, MessageWebhook webhook, CancellationToken ct)
    {
        if (_commands.Count > 0 && webhook.Message is TextMessage { Body: var text } &&
            FindCommand(text, out var arguments) is { } command)
        {
            return command.Call(handler, webhook, arguments, null, ct);
        }

        return _states.Length is 0 ? handler.HandleMessageAsync(webhook, ct) : RunStateAsync(handler, webhook, ct);
    }

    private async Task RunStateAsync(WappaEventHandler handler, MessageWebhook webhook, CancellationToken ct)
    {
        foreach (var state in _states)
        {
            var value = await state.Method.ReadAsync!(handler.States, state.Name, ct).ConfigureAwait(false);
            if (value is null) continue;
            await state.Method.Call(handler, webhook, "", value, ct).ConfigureAwait(false);
            return;
        }

        await handler.HandleMessageAsync(webhook, ct).ConfigureAwait(false);
    }

    private RouteMethod? FindCommand(string text, out string arguments)
    {
        var trimmed = text.AsSpan().Trim();
        var end = 0;
        while (end < trimmed.Length && !char.IsWhiteSpace(trimmed[end])) end++;
        arguments = "";
        if (!_commands.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(trimmed[..end], out var route)) return null;
        arguments = trimmed[end..].TrimStart().ToString();
        return route;
    }

    private static void Add(Dictionary<string, RouteMethod> routes, string name, RouteMethod route)
    {
        if (!routes.TryAdd(name, route)) throw route.Twice(routes[name]);
    }

    // The class itself comes before what it inherits, and each in the order it is written. A method that overrides
    // another stands for it.
    private static IEnumerable<MethodInfo> MethodsOf(Type handler)
    {
        const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public |
            BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var seen = new HashSet<MethodInfo>();
        for (var type = handler; type is not null && type != typeof(WappaEventHandler); type = type.BaseType)
        {
            foreach (var method in type.GetMethods(Declared).OrderBy(static method => method.MetadataToken))
            {
                if (seen.Add(method.GetBaseDefinition())) yield return method;
            }
        }
    }

    private sealed record StateRoute(string Name, RouteMethod Method);
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Caching;
using Wappa.Telemetry;
using Wappa.Turns.Routing;

namespace Wappa.Turns;

/// <summary>Runs one item through a fresh handler in a scope of its own, and says in the log how it failed.</summary>
internal sealed class TurnRunner(IServiceScopeFactory scopes, ILoggerFactory loggers, TurnWatch watch, ILogger<TurnRunner> logger)
{
    private const string Withheld = "(message withheld)";

    private static readonly AsyncLocal<Turn?> Running = new();

    private HandlerLogger? _handlerLogger;

    /// <summary>The turn this code belongs to; null: none.</summary>
    internal static Turn? Current => Running.Value;

    /// <summary>Runs a turn. What the handler throws is thrown.</summary>
    internal async ValueTask RunAsync(Webhook webhook, Turn turn, CancellationToken cancellationToken)
    {
        Running.Value = turn; // until this method returns: what is set in it does not reach its caller
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var handler = scope.ServiceProvider.GetRequiredService<WappaEventHandler>();
            turn.Routes = HandlerRoutes.Of(handler.GetType());
            handler.Attach(turn, LoggerOf(handler));
            if (webhook is ErrorWebhook errors) LogErrors(errors);
            await watch.HandleAsync(webhook, handler, cancellationToken).ConfigureAwait(false);
        }
    }

    // Every app has one handler class, so the last one seen is nearly always the right one. The pair is one object,
    // because two lanes may replace it at the same time.
    private ILogger LoggerOf(WappaEventHandler handler)
    {
        var known = _handlerLogger;
        if (known?.Handler == handler.GetType()) return known.Logger;
        known = new(handler.GetType(), loggers.CreateLogger(handler.GetType()));
        _handlerLogger = known;
        return known.Logger;
    }

    private void LogErrors(ErrorWebhook webhook)
    {
        foreach (var error in webhook.Errors) Log.PlatformError(logger, error.Code);
    }

    // A message made by the app's code may quote the user, and so may those of its inner exceptions: type and stack
    // tell where to look. What this project and the service container throw names types, options and limits, never a
    // person.
    internal void LogFailure(Webhook webhook, Exception error, int attempt, bool isLast)
    {
        var level = isLast ? LogLevel.Error : LogLevel.Warning;
        if (logger.IsEnabled(level))
        {
            var (type, text) = (error.GetType().FullName ?? "exception", TextOf(error));
            Log.TurnFailed(logger, level, webhook.Kind, attempt, type, text, error.StackTrace ?? "");
        }

        Log.TurnFailureDetails(logger, error);
    }

    // Three of this project's exceptions pass on what others wrote, which may quote a person: WhatsApp's wording, the
    // texts of an app's validation rules, and what a converter said or which dictionary key it stumbled over.
    private static string TextOf(Exception error) => error switch
    {
        WhatsAppApiException refused => refused.Summary,
        CacheValidationException or CacheSerializationException { InnerException: not null } => Withheld,
        _ => NamesNobody(error) ? error.Message : Withheld,
    };

    private static bool NamesNobody(Exception error)
    {
        var thrower = error.TargetSite?.Module.Assembly.GetName().Name ?? "";
        return thrower is "Wappa" or "Wappa.Caching" ||
            thrower.StartsWith("Wappa.Caching.", StringComparison.Ordinal) ||
            thrower.StartsWith("Microsoft.Extensions.DependencyInjection", StringComparison.Ordinal);
    }

    private sealed record HandlerLogger(Type Handler, ILogger Logger);
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa.Turns;

/// <summary>Runs one item through a fresh handler in a scope of its own. Nothing the handler does escapes: the lane
/// must go on.</summary>
internal sealed class TurnRunner(
    IServiceScopeFactory scopes, TurnServices services, ILoggerFactory loggers, ILogger<TurnRunner> logger)
{
    private const string Withheld = "(message withheld)";

    private HandlerLogger? _handlerLogger;

    internal async Task RunAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var handler = scope.ServiceProvider.GetRequiredService<WappaEventHandler>();
                handler.Attach(new Turn(webhook, services), LoggerOf(handler));
                if (webhook is ErrorWebhook errors) LogErrors(errors);
                await webhook.HandleAsync(handler, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.TurnCancelled(logger, webhook.Kind);
        }
#pragma warning disable CA1031 // The handler is the app's code: whatever it throws ends its turn and nothing else.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFailure(webhook, error);
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
    private void LogFailure(Webhook webhook, Exception error)
    {
        Log.TurnFailed(
            logger, webhook.Kind, error.GetType().FullName ?? "exception",
            TextOf(error), error.StackTrace ?? "");
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

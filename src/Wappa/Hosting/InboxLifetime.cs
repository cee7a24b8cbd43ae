using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Inbox;
using Wappa.Webhooks;

namespace Wappa.Hosting;

/// <summary>Checks at the start what only shows at the first message otherwise, and lets accepted items finish at the
/// end. Hosted services stop in reverse order, so the server has stopped taking webhooks before the inbox
/// drains.</summary>
internal sealed class InboxLifetime(
    InProcessInbox inbox, IServiceProviderIsService registered, SignatureVerifier signatures,
    IOptions<WappaOptions> options, ILogger<InboxLifetime> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!registered.IsService(typeof(WappaEventHandler)))
        {
            throw new InvalidOperationException(
                "The bot has no handler. Derive a class from WappaEventHandler and call WithHandler<YourHandler>().");
        }

        if (!signatures.IsRequired) Log.SignaturesUnchecked(logger);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var timeout = options.Value.Inbox.DrainTimeout;
        var undone = await inbox.DrainAsync(timeout, cancellationToken).ConfigureAwait(false);
        if (undone > 0) Log.DrainIncomplete(logger, undone, timeout);
    }
}

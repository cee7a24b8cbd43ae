using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Inbox;
using Wappa.Telemetry;
using Wappa.Webhooks;

namespace Wappa.Hosting;

/// <summary>Checks at the start what only shows at the first message otherwise, and lets accepted items finish at the
/// end. Hosted services stop in reverse order, so the server has stopped taking webhooks before the inbox
/// drains.</summary>
internal sealed class InboxLifetime(
    WebhookInbox inbox, IServiceProviderIsService registered, SignatureVerifier signatures,
    TurnMeter meter, IOptions<WappaOptions> options, IHostApplicationLifetime app, TimeProvider time,
    ILogger<InboxLifetime> logger) : IHostedService
{
    private static readonly TimeSpan OpenPause = TimeSpan.FromSeconds(1);

    private Task _opening = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!registered.IsService(typeof(WappaEventHandler)))
        {
            throw new InvalidOperationException(
                "The bot has no handler. Derive a class from WappaEventHandler and call WithHandler<YourHandler>().");
        }

        meter.Watch(inbox);
        if (!signatures.IsRequired) Log.SignaturesUnchecked(logger);
        // A store that is away must not keep the app from starting: it says 503 meanwhile, and its health pages say why.
        if (!await TryOpenAsync(cancellationToken).ConfigureAwait(false)) _opening = OpenLaterAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var timeout = options.Value.Inbox.DrainTimeout;
        await inbox.CloseAsync().ConfigureAwait(false);
        await _opening.ConfigureAwait(false);
        var undone = await inbox.DrainAsync(timeout, cancellationToken).ConfigureAwait(false);
        if (undone > 0) Log.DrainIncomplete(logger, undone, timeout);
        var unsent = inbox.Unsent;
        if (inbox.Batches is null && undone + unsent > 0) Log.LostWithTheProcess(logger, undone, unsent);
    }

    private async Task OpenLaterAsync()
    {
        try
        {
            do await Task.Delay(OpenPause, time, inbox.Draining).ConfigureAwait(false);
            while (!await TryOpenAsync(inbox.Draining).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The app ends first; everything is still in the store.
        }
        catch (PartitionCountException error)
        {
            // As it would have been told at the start, had the store been there.
            Log.PartitionsDisagree(logger, error.Message);
            app.StopApplication();
        }
    }

    private async ValueTask<bool> TryOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await inbox.OpenAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // Whatever a store throws, also one that is not ours: it is asked again.
        catch (Exception error) when (error is not PartitionCountException && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.InboxNotOpened(logger, error.GetType().Name);
            return false;
        }
    }
}

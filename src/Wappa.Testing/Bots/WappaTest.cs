using Microsoft.Extensions.Hosting;

namespace Wappa.Testing;

/// <summary>Tests of bots: the real pipeline, from the signed webhook to the call of the Graph API, in this process. WhatsApp is
/// played, the clock is set by hand, and every call returns when there is nothing left to happen.</summary>
public static class WappaTest
{
    /// <summary>Starts a bot with one handler.</summary>
    /// <typeparam name="THandler">The handler; made anew for each turn, as in the app.</typeparam>
    /// <param name="configure">What the app's own start does beside: a tenant, services, another cache
    /// (<c>bot =&gt; bot.WithJsonCache(folder)</c>). Default: the memory cache, which here outlives a simulated crash. A store whose
    /// server counts times to live by a clock of its own, such as Redis, does not follow <see cref="BotTest.Clock"/>.</param>
    /// <param name="options">The clock's start and the like. Default: all defaults.</param>
    /// <returns>The running bot; dispose it.</returns>
    public static Task<BotTest> StartAsync<THandler>(
        Action<WappaServicesBuilder>? configure = null, WappaTestOptions? options = null)
        where THandler : WappaEventHandler =>
        BotTest.StartAsync(
            bot =>
            {
                bot.WithHandler<THandler>();
                configure?.Invoke(bot);
            },
            options ?? new());
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Wappa.Emulator;

/// <summary>Gives what is logged during a turn to the turn. Outside of one it is switched off, so that nothing is formatted.</summary>
[ProviderAlias("WappaEmulator")]
internal sealed class TurnLogProvider(IHostEnvironment environment) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) =>
        environment.IsDevelopment() ? new TurnLogger(categoryName) : NullLogger.Instance;

    public void Dispose()
    {
        // There is nothing to let go of: the turns hold the logs.
    }

    private sealed class TurnLogger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Debug and < LogLevel.None && TurnScope.Current is not null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel) || TurnScope.Current is not { } turn) return;
            turn.Timeline.Log(turn, new(
                default, 0, logLevel.ToString().ToLowerInvariant(), category, TurnFailure.Cut(formatter(state, exception)),
                TurnFailure.Of(exception)));
        }
    }
}

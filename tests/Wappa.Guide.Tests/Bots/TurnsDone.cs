using Microsoft.Extensions.Logging;

namespace Wappa.Guide.Tests.Bots;

/// <summary>Counts the turns that have ended.</summary>
internal sealed class TurnsDone : IDisposable
{
    private readonly SemaphoreSlim _ended = new(0);

    public void Dispose() => _ended.Dispose();

    internal async Task WaitAsync(TimeSpan patience) =>
        (await _ended.WaitAsync(patience)).ShouldBeTrue("the turn did not end in time");

    internal void Add() => _ended.Release();

    internal void Clear()
    {
        while (_ended.Wait(0))
        {
            // One that nobody waits for.
        }
    }
}

/// <summary>Lives as long as a turn's service scope.</summary>
internal sealed class TurnEnd(TurnsDone done) : IDisposable
{
    public void Dispose() => done.Add();
}

/// <summary>Shows warnings and errors of a bot in the output of the test that runs it.</summary>
internal sealed class WarningsToTestOutput : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        TestContext.Current.TestOutputHelper?.WriteLine($"{logLevel}: {formatter(state, exception)}{exception}");
    }
}

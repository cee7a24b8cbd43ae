using Microsoft.Extensions.Logging;
using Wappa.Testing;

namespace Wappa.Guide.Tests;

/// <summary>
/// What a handler sees during a turn of user 1234567890 of hotel123, under the names a handler has for it, so that a
/// fragment reads in a test as it does in a handler. Each test has a store and a clock of its own.
/// </summary>
public abstract class HandlerView
{
    private readonly TurnRecord _turn = new();

    protected HandlerView()
    {
        Clock = new ManualTimeProvider();
        Factory = CacheFactory.Over(new MemoryDocumentStore(time: Clock));
        Caches = Factory.ForUser("hotel123", "1234567890");
    }

    /// <summary>Stands at 2025-01-15T10:30:00Z until a test moves it.</summary>
    protected ManualTimeProvider Clock { get; }

    protected ICacheFactory Factory { get; }

    protected UserCaches Caches { get; }

    protected IStateCache StateCache => Caches.State;

    protected IUserCache UserCache => Caches.User;

    protected ITableCache TableCache => Caches.Table;

    protected IMessenger Messenger => _turn;

    protected ILogger Logger => _turn;

    /// <summary>The texts that were sent, in order.</summary>
    protected IReadOnlyList<string> Sent => _turn.Texts;

    /// <summary>Every message that was sent, in order.</summary>
    protected IReadOnlyList<OutgoingMessage> SentMessages => _turn.Messages;

    /// <summary>The messages that were marked as read, in order.</summary>
    protected IReadOnlyList<string> MarkedAsRead => _turn.Read;

    /// <summary>What was logged, in order.</summary>
    protected IReadOnlyList<string> Logged => _turn.LogLines;

    /// <summary>What the user has just written.</summary>
    protected static MessageWebhook Incoming { get; } = new()
    {
        Tenant = "hotel123",
        User = new() { UserId = "1234567890", Name = "Sarah Johnson" },
        Message = new TextMessage { Id = "wamid.1", Type = "text", Body = "hello" },
    };

    /// <summary>Takes down what a turn says, to the user and to the log.</summary>
    private sealed class TurnRecord : IMessenger, ILogger
    {
        internal List<string> Texts { get; } = [];

        internal List<OutgoingMessage> Messages { get; } = [];

        internal List<string> Read { get; } = [];

        internal List<string> LogLines { get; } = [];

        public async ValueTask<MessageHandle> SendAsync(
            OutgoingMessage message, string recipient, CancellationToken cancellationToken = default) =>
            MessageHandle.Accepted(await SendNowAsync(message, recipient, cancellationToken));

        public ValueTask<SentMessage> SendNowAsync(
            OutgoingMessage message, string recipient, CancellationToken cancellationToken = default)
        {
            recipient.ShouldBe(Incoming.User.UserId);
            message.Validate();
            Messages.Add(message);
            if (message is OutgoingText text) Texts.Add(text.Body);
            return new(new SentMessage { MessageId = $"wamid.{Messages.Count}" });
        }

        public ValueTask MarkAsReadAsync(
            string messageId, bool showTyping = false, CancellationToken cancellationToken = default)
        {
            Read.Add(messageId);
            return default;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => LogLines.Add(formatter(state, exception));
    }
}

namespace Wappa.Testing;

/// <summary>A test of a bot cannot go on as asked: the handler threw, the app refused a webhook, or there is nothing to tap.</summary>
public sealed class BotTestException : Exception
{
    internal BotTestException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

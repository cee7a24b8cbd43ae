namespace Wappa;

/// <summary>
/// The method handles texts whose first word is the command, in upper or lower case:
/// <c>[Command("/HISTORY")] Task ShowHistory(MessageWebhook webhook, CancellationToken ct)</c>.
/// </summary>
/// <remarks>Commands come before states, and both before <see cref="WappaEventHandler.HandleMessageAsync"/>. The method
/// returns <see cref="Task"/> or <see cref="ValueTask"/> and takes any of <see cref="MessageWebhook"/>,
/// <see cref="string"/> (what follows the command, trimmed) and <see cref="CancellationToken"/>, in any order. It may be
/// private. Anything else, and a command that two methods handle, stops the app when it starts.</remarks>
/// <param name="name">The command, without white space.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CommandAttribute(string name) : Attribute
{
    /// <summary>The command, such as <c>/HISTORY</c>.</summary>
    public string Name { get; } = name;
}

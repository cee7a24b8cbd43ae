namespace Wappa;

/// <summary>
/// The method handles the timer of that name when it is due:
/// <c>[Timer("remind")] Task Remind(TimerWebhook timer, Reminder payload, CancellationToken ct)</c>.
/// </summary>
/// <remarks>It comes before <see cref="WappaEventHandler.HandleTimerAsync"/>. The method returns <see cref="Task"/> or
/// <see cref="ValueTask"/> and takes any of <see cref="TimerWebhook"/>, the payload as a type of the app's, and
/// <see cref="CancellationToken"/>, in any order. It may be private. Anything else, and a timer that two methods handle, stops the
/// app when it starts.</remarks>
/// <param name="name">The name given to <see cref="Turn.ScheduleAsync{T}"/>; case matters.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TimerAttribute(string name) : Attribute
{
    /// <summary>The timer's name, such as <c>remind</c>.</summary>
    public string Name { get; } = name;
}

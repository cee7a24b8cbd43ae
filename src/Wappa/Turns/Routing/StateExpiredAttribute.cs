namespace Wappa;

/// <summary>
/// The method is called when the user's state of that name has expired:
/// <c>[StateExpired("pizza_order")] Task OrderExpired(CancellationToken ct)</c>.
/// </summary>
/// <remarks>Once for each end, in the user's order, as a turn of its own. States that are set, renewed and deleted by turns of their
/// user are watched; a state that is deleted in a turn has not expired. It comes before
/// <see cref="WappaEventHandler.HandleStateExpiredAsync"/>. The method returns <see cref="Task"/> or <see cref="ValueTask"/> and
/// takes any of <see cref="StateExpiredWebhook"/> and <see cref="CancellationToken"/>, in any order. It may be private. Anything
/// else, and a state that two methods handle, stops the app when it starts.</remarks>
/// <param name="name">The state's name in <see cref="Caching.IStateCache"/>; case matters.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class StateExpiredAttribute(string name) : Attribute
{
    /// <summary>The state's name, such as <c>pizza_order</c>.</summary>
    public string Name { get; } = name;
}

using Wappa.Caching;

namespace Wappa;

/// <summary>
/// The method handles every message of a user while the user's state of that name exists:
/// <c>[State("pizza_order")] Task Order(MessageWebhook webhook, PizzaOrder order, CancellationToken ct)</c>.
/// </summary>
/// <remarks>Commands come before states, and both before <see cref="WappaEventHandler.HandleMessageAsync"/>. If a user has
/// several of the states, the method that is written first handles the message; each state written before it costs one
/// read. The method returns <see cref="Task"/> or <see cref="ValueTask"/> and takes any of <see cref="MessageWebhook"/>,
/// the state as a <see cref="CacheDocument"/> or a type of the app's, and <see cref="CancellationToken"/>, in any order.
/// It may be private. Anything else, and a state that two methods handle, stops the app when it starts.</remarks>
/// <param name="name">The state's name in <see cref="IStateCache"/>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class StateAttribute(string name) : Attribute
{
    /// <summary>The state's name, such as <c>pizza_order</c>.</summary>
    public string Name { get; } = name;
}

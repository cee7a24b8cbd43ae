namespace Wappa.Emulator;

/// <summary>Tells the app what became of its messages.</summary>
internal sealed class StatusSender(World world, WebhookWriter writer, WebhookDeliveries deliveries, ChaosSwitch chaos)
{
    private int _failures;

    /// <summary>What happens to an accepted message by itself: it is sent, and delivered and read if that is switched on.</summary>
    internal void Start(BusinessNumber number, Customer customer, LocalMessage message)
    {
        Reach(number, customer, message.Id, MessageStates.Sent);
        var settings = chaos.Settings;
        if (!settings.AutoDeliver) return;
        Reach(number, customer, message.Id, MessageStates.Delivered);
        if (settings.AutoRead) Reach(number, customer, message.Id, MessageStates.Read);
    }

    /// <summary>The customer saw a message, which may not have been told as delivered yet.</summary>
    internal void Read(BusinessNumber number, Customer customer, string id)
    {
        Reach(number, customer, id, MessageStates.Delivered);
        Reach(number, customer, id, MessageStates.Read);
    }

    /// <summary>Moves a message up and tells so; nothing happens if it was there already.</summary>
    internal void Reach(BusinessNumber number, Customer customer, string id, string status)
    {
        if (world.Reach(id, status) is { } message) Send(number, customer, message, status);
    }

    /// <summary>Tells a status, as often as chaos wants.</summary>
    internal void Send(BusinessNumber number, Customer customer, LocalMessage message, string status)
    {
        // Both spellings of a failed one occur; in turn, so that nobody gets used to one.
        var bareContact = status == MessageStates.Failed && int.IsEvenInteger(Interlocked.Increment(ref _failures));
        for (var copy = 0; copy <= chaos.Settings.StatusFlood; copy++)
        {
            deliveries.Enqueue(new(number.Id, customer.Id, message.Id, $"{number.Id}/{customer.Id}/statuses")
            {
                Change = writer.StatusChange(number, customer, message, status, bareContact),
            });
        }
    }
}

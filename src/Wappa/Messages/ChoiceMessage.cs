namespace Wappa;

/// <summary>The user pressed a button or chose a row. <see cref="Message.Context"/> names the message that offered it,
/// usually. It can be pressed again at any time.</summary>
public abstract class ChoiceMessage : Message
{
    private protected ChoiceMessage()
    {
    }

    /// <summary>What the business gave the button or row; of a template's button its payload.</summary>
    public required string ChoiceId { get; init; }

    /// <summary>What the user read on it; <see langword="null"/> if not given.</summary>
    public string? Title { get; init; }
}

/// <summary>A button of <see cref="OutgoingButtons"/> or of a carousel's card.</summary>
public sealed class ButtonReplyMessage : ChoiceMessage;

/// <summary>A row of an <see cref="OutgoingList"/>.</summary>
public sealed class ListReplyMessage : ChoiceMessage
{
    /// <summary>What the user read below the title; <see langword="null"/> for nothing.</summary>
    public string? Description { get; init; }
}

/// <summary>An answering button of a template.</summary>
public sealed class TemplateReplyMessage : ChoiceMessage;

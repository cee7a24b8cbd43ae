namespace Wappa.Caching.AspNetCore.Recording;

/// <summary>The response that is being recorded, as its body sees it.</summary>
internal interface IRecording
{
    /// <summary>Whether the handler means its client to see the beginning before the end.</summary>
    bool IsStreaming { get; set; }

    /// <summary>The handler counts the response as begun: what waits for that moment runs, once.</summary>
    ValueTask BeginAsync();

    /// <summary>It will not be stored: whoever waits for it is told, and the handler works for its own client alone.</summary>
    void GiveUp();
}

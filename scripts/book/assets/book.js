/* Turns each picture of a figure into the interactive figure when it comes into view. */
(function () {
  if (!window.Plotly) return; // the pictures stay
  function show(holder) {
    var data = holder.querySelector('script');
    if (!data) return;
    var figure = JSON.parse(data.textContent);
    var picture = holder.querySelector('img');
    var target = document.createElement('div');
    target.style.height = (figure.layout && figure.layout.height ? figure.layout.height : 420) + 'px';
    var layout = Object.assign({}, figure.layout, { autosize: true, width: undefined });
    holder.appendChild(target);
    window.Plotly.newPlot(target, figure.data, layout, { responsive: true, displaylogo: false }).then(
      function () {
        if (picture) picture.remove();
        holder.classList.add('live');
      },
      function () {
        target.remove();
      },
    );
  }
  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      seen.unobserve(entry.target);
      show(entry.target);
    });
  });
  document.querySelectorAll('.figure').forEach(function (holder) {
    seen.observe(holder);
  });
})();

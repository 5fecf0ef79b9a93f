// The report's side: the data lies in the file, and nobody needs to be told.

const root = document.querySelector(".comparison")
const theme = (dark) => {
  document.documentElement.classList.toggle("dark", dark)
  root.classList.toggle("dark", dark)
}
const system = matchMedia("(prefers-color-scheme: dark)")
theme(system.matches)
system.onchange = () => theme(system.matches)
document.querySelector("#theme").onclick = () => theme(!root.classList.contains("dark"))
mount(root, JSON.parse(document.querySelector("#data").textContent), () => {})
